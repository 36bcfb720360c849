-- pgbench: what one report costs the server, statement by statement, with nothing of the product around it.
\set n random(1, 9000000000000000)
\set m random(1, 9000000000000000)
\set machine random(1, 1800)
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT e.id, e.customer, e.site, m.class FROM equipment e LEFT JOIN model m ON m.id = e.model WHERE e.serial_number = 'none-' || (:machine)::text AND e.archived = 0 LIMIT 1;
SELECT customer, area FROM site WHERE id = 'none-' || (:machine)::text AND archived = 0;
SELECT branch, region FROM customer WHERE id = 'none-' || (:machine)::text AND archived = 0;
SELECT c.id FROM personal p JOIN contact c ON c.phone = p.hash WHERE p.field = 'phone' AND p.field <> 'signature' AND p.value = '0791-' || (:machine)::text AND c.customer = 'none' AND c.archived = 0 LIMIT 1;
INSERT INTO personal (hash, subject, field, value, salt) VALUES ('0123456789abcdef0123456789abcdef-name-' || (:n)::text || '-' || (:m)::text, 'request/' || (:n)::text || '-' || (:m)::text, 'name', '李敏', '\x154f948b82efbf1683489468eaa53f1662c579ddbd8b36e889f72366a8878570');
INSERT INTO personal (hash, subject, field, value, salt) VALUES ('0123456789abcdef0123456789abcdef-phone-' || (:n)::text || '-' || (:m)::text, 'request/' || (:n)::text || '-' || (:m)::text, 'phone', '0791-' || (:machine)::text, '\x154f948b82efbf1683489468eaa53f1662c579ddbd8b36e889f72366a8878570');
SELECT id, number, summary FROM request WHERE equipment_id = 'none-' || (:machine)::text AND open = 1 ORDER BY id DESC LIMIT 5;
SELECT subject FROM personal WHERE field = 'phone' AND field <> 'signature' AND value = '0791-' || (:machine)::text AND subject > 'request/' AND subject < 'request0' ORDER BY subject DESC LIMIT 20;
INSERT INTO journal (stream, version, kind, schema, body, actor, behalf, device, occurred, recorded, previous_hash, hash) VALUES ('request/' || (:n)::text || '-' || (:m)::text, 1, 'reported', 1, '{"attributes":{"area":"covered","class":"key","region":"上饶"},"channel":"hotline","harm":"none","kind":"support","summary":"开机后图像全白"}', 'system', NULL, NULL, (:n)::bigint, (:n)::bigint, '', '0123456789abcdef0123456789abcdef' || (:n)::text || (:m)::text);
INSERT INTO request (id, number, kind, urgency, channel, state, open, level, summary, harm, equipment_id, contact_name, contact_phone, policy, reported_at, version, next_due, targets, steps) VALUES ((:n)::text || '-' || (:m)::text, 'SR-' || (:n)::text || '-' || (:m)::text, 'support', 'normal', 'hotline', 'reported', 1, 'phone', '开机后图像全白', 'none', 'none-' || (:machine)::text, '0123456789abcdef0123456789abcdef-name-' || (:n)::text || '-' || (:m)::text, '0123456789abcdef0123456789abcdef-phone-' || (:n)::text || '-' || (:m)::text, '2026-11', (:n)::bigint, 1, (:n)::bigint, '0 1 2 3', 'accept cancel merge change comment');
SELECT r.id, r.number, r.summary, c.name, e.serial_number, m.name, pn.value, pp.value, so.value, r.targets, r.steps FROM request r LEFT JOIN customer c ON c.id = r.customer_id LEFT JOIN equipment e ON e.id = r.equipment_id LEFT JOIN model m ON m.id = e.model LEFT JOIN personal pn ON pn.hash = r.contact_name LEFT JOIN personal pp ON pp.hash = r.contact_phone LEFT JOIN staff s ON s.id = r.owner_id LEFT JOIN personal so ON so.hash = s.name WHERE r.id = (:n)::text || '-' || (:m)::text;
SELECT w.id, w.number, w.state, p.value FROM work_order w LEFT JOIN staff s ON s.id = w.engineer_id LEFT JOIN personal p ON p.hash = s.name WHERE w.request_id IN ((:n)::text || '-' || (:m)::text) ORDER BY w.request_id, w.dispatched_at, w.id;
COMMIT;
