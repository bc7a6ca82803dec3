\set stamp random(:first, :last)
BEGIN;
SELECT stamps AS before, sequence AS number FROM stamp WHERE account_id = :account_id AND stamp_id = :stamp FOR UPDATE \gset
UPDATE stamp SET stamps = :before + 1, sequence = :number + 1 WHERE account_id = :account_id AND stamp_id = :stamp;
INSERT INTO stamp_event (account_id, stamp_id, sequence, kind, stamps_before, stamps_after, actor_kind, actor_id, channel, occurred_at, recorded_at, local_day) VALUES (:account_id, :stamp, :number + 1, 'added', :before, :before + 1, 'api_key', 1, 'api', :now_us, :now_us, '2026-01-01');
COMMIT;
