\set stamp random(:first, :last)
SELECT * FROM stamp WHERE stamp_id = :stamp;
