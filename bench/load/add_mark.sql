\set stamp random(:first, :last)
BEGIN;
SELECT stamps AS before FROM stamp WHERE account_id = :account_id AND stamp_id = :stamp FOR UPDATE \gset
UPDATE stamp SET stamps = :before + 1 WHERE account_id = :account_id AND stamp_id = :stamp;
INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, channel, occurred_at, recorded_at) VALUES (:account_id, :stamp, 'added', :before, :before + 1, 'api_key', 1, 'api', :now_us, :now_us);
COMMIT;
