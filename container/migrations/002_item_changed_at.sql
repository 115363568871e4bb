ALTER TABLE item ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

CREATE FUNCTION item_set_changed_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := now();
  RETURN NEW;
END;
$$;

CREATE TRIGGER item_changed_at BEFORE UPDATE ON item
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
  EXECUTE FUNCTION item_set_changed_at();
