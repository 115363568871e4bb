CREATE TABLE item (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  description text NOT NULL DEFAULT '',
  quantity    integer NOT NULL CHECK (quantity >= 0)
);

COMMENT ON TABLE item IS 'Example data, shown by the page /items';
