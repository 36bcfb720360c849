public import Persistence

extension Migration {
  /// The rows of the registers: projections, made anew from the journal by `weibao rebuild`. No REFERENCES: a rebuild makes the
  /// rows stream by stream, and the writer has checked every reference. Merged: it never changes.
  public static let registers = Migration(
    "0002-registers",
    tables: [
      "branch": .projection, "staff": .projection, "customer": .projection, "site": .projection, "department": .projection,
      "contact": .projection, "model": .projection, "equipment": .projection,
    ],
    """
    CREATE TABLE branch (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      code TEXT, name TEXT, district TEXT, phone TEXT, address TEXT
    )
    """,
    "CREATE UNIQUE INDEX branch_code ON branch (code)",
    "CREATE INDEX branch_district ON branch (district, id)",
    """
    CREATE TABLE staff (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      name TEXT, -- hash in table personal
      role TEXT, branch TEXT,
      skills TEXT, -- JSON
      certificates TEXT, -- JSON
      education TEXT, experience_years BIGINT, badge_number TEXT,
      phone TEXT, -- hash in table personal
      customer TEXT, partner TEXT
    )
    """,
    "CREATE UNIQUE INDEX staff_badge_number ON staff (badge_number)",
    "CREATE INDEX staff_role ON staff (role, id)",
    "CREATE INDEX staff_branch ON staff (branch, id)",
    "CREATE INDEX staff_customer ON staff (customer, id) WHERE customer IS NOT NULL",
    "CREATE INDEX staff_partner ON staff (partner, id) WHERE partner IS NOT NULL",
    """
    CREATE TABLE customer (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      name TEXT, short_name TEXT, kind TEXT, district TEXT, address TEXT, branch TEXT, region TEXT, importance TEXT, uscc TEXT
    )
    """,
    "CREATE UNIQUE INDEX customer_name ON customer (name)",
    "CREATE UNIQUE INDEX customer_uscc ON customer (uscc)",
    "CREATE INDEX customer_branch ON customer (branch, id)",
    "CREATE INDEX customer_district ON customer (district, id)",
    "CREATE INDEX customer_region ON customer (region, id)",
    "CREATE INDEX customer_kind ON customer (kind, id)",
    "CREATE INDEX customer_importance ON customer (importance, id)",
    """
    CREATE TABLE site (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      customer TEXT, name TEXT, address TEXT, area TEXT, district TEXT
    )
    """,
    "CREATE UNIQUE INDEX site_customer_name ON site (customer, name)",
    "CREATE INDEX site_customer ON site (customer, id)",
    "CREATE INDEX site_area ON site (area, id)",
    "CREATE INDEX site_district ON site (district, id)",
    """
    CREATE TABLE department (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      customer TEXT, site TEXT, name TEXT
    )
    """,
    "CREATE UNIQUE INDEX department_customer_site_name ON department (customer, COALESCE(site, ''), name)",
    "CREATE INDEX department_customer ON department (customer, id)",
    "CREATE INDEX department_site ON department (site, id)",
    """
    CREATE TABLE contact (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      customer TEXT, site TEXT, department TEXT,
      name TEXT, phone TEXT, email TEXT, -- hashes in table personal
      function TEXT
    )
    """,
    "CREATE INDEX contact_customer ON contact (customer, id)",
    "CREATE INDEX contact_site ON contact (site, id)",
    "CREATE INDEX contact_department ON contact (department, id)",
    "CREATE INDEX contact_phone ON contact (phone)",
    "CREATE INDEX contact_function ON contact (function, id)",
    """
    CREATE TABLE model (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      name TEXT, manufacturer TEXT, category TEXT, class TEXT, udi TEXT, warranty_months BIGINT
    )
    """,
    "CREATE UNIQUE INDEX model_name ON model (name)",
    "CREATE INDEX model_manufacturer ON model (manufacturer, id)",
    "CREATE INDEX model_category ON model (category, id)",
    "CREATE INDEX model_class ON model (class, id)",
    "CREATE INDEX model_udi ON model (udi, id)",
    """
    CREATE TABLE equipment (
      id TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, archived BOOLEAN NOT NULL,
      serial_number TEXT, model TEXT, customer TEXT, site TEXT, department TEXT, udi TEXT,
      installed_on TEXT, accepted_on TEXT, warranty_from TEXT, warranty_months BIGINT, state TEXT
    )
    """,
    "CREATE UNIQUE INDEX equipment_model_serial_number ON equipment (model, serial_number)",
    "CREATE INDEX equipment_serial_number ON equipment (serial_number)",
    "CREATE INDEX equipment_model ON equipment (model, id)",
    "CREATE INDEX equipment_customer ON equipment (customer, id)",
    "CREATE INDEX equipment_site ON equipment (site, id)",
    "CREATE INDEX equipment_department ON equipment (department, id)",
    "CREATE INDEX equipment_udi ON equipment (udi, id)",
    "CREATE INDEX equipment_state ON equipment (state, id)")

  /// How a name is read (INT-3). Rows have none until somebody says so: nothing is made anew.
  static let pinyin = Migration(
    "0014-pinyin", tables: [:], "ALTER TABLE customer ADD COLUMN pinyin TEXT", "ALTER TABLE site ADD COLUMN pinyin TEXT",
    "ALTER TABLE department ADD COLUMN pinyin TEXT", "ALTER TABLE model ADD COLUMN pinyin TEXT")

  /// Where a customer and a site are (ORG-5). Rows have none until somebody says so.
  static let divisionCodes = Migration(
    "0017-division-codes", tables: [:], "ALTER TABLE customer ADD COLUMN division_code TEXT",
    "ALTER TABLE site ADD COLUMN division_code TEXT",
    "CREATE INDEX customer_division_code ON customer (division_code, id)", "CREATE INDEX site_division_code ON site (division_code, id)")
}

extension Migration {
  /// The service contract that a machine is under (SLA-9).
  static let contract = Migration("0073-contract", tables: [:], "ALTER TABLE equipment ADD COLUMN contract TEXT")
}
