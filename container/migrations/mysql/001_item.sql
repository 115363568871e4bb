CREATE TABLE item (
  id          bigint AUTO_INCREMENT PRIMARY KEY,
  name        varchar(200) NOT NULL UNIQUE,
  description text NOT NULL,
  quantity    int NOT NULL CHECK (quantity >= 0)
) COMMENT 'Example data, shown by the page /items';
