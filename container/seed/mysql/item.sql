-- Runs with every load: what is there already is brought up to date, nothing is doubled.
INSERT INTO item (name, description, quantity) VALUES
  ('anchor', 'Holds a ship where it is', 4),
  ('compass', 'Points north', 12),
  ('lantern', 'Gives light at night', 30),
  ('rope', 'Hemp, 50 metres', 18)
ON DUPLICATE KEY UPDATE description = VALUES(description), quantity = VALUES(quantity);
