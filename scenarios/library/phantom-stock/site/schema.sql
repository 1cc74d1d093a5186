-- Kestrel WMS 7, as far as partners see it. Times are UTC, quantities are eaches.
CREATE SCHEMA wms;

CREATE TABLE wms.suppliers (code text PRIMARY KEY, name text NOT NULL, label text NOT NULL);
CREATE TABLE wms.skus (
    item_no integer NOT NULL, sku text PRIMARY KEY, bill_to text NOT NULL, tier integer NOT NULL,
    supplier text NOT NULL REFERENCES wms.suppliers, pack integer NOT NULL, velocity text NOT NULL
);
CREATE TABLE wms.bins (site text NOT NULL, bin text NOT NULL, PRIMARY KEY (site, bin));
CREATE TABLE wms.faces (
    face_no integer NOT NULL, site text NOT NULL, item_no integer NOT NULL, sku text NOT NULL,
    counted integer NOT NULL, counted_at timestamp NOT NULL, PRIMARY KEY (site, sku)
);

-- What was picked of an item in two hours, and in the two hours after them: four weeks of it, checked by hand.
CREATE TABLE wms.demand_log (
    id integer PRIMARY KEY, hour integer NOT NULL, velocity text NOT NULL, pace double precision NOT NULL,
    before double precision NOT NULL, after double precision NOT NULL
);
CREATE VIEW wms.demand AS
SELECT id, hour, velocity, round(greatest(0, pace + sqrt(pace * 10) * before)) AS last_2h,
       round(greatest(0, pace + sqrt(pace * 10) * after)) AS next_2h
FROM wms.demand_log;

-- What the scan loader writes. One row a scan; `ref` is the loader's own reference for it.
CREATE TABLE wms.movements (
    ref text PRIMARY KEY,
    site text NOT NULL, device text NOT NULL, seq bigint NOT NULL,
    sku text NOT NULL REFERENCES wms.skus, bin text NOT NULL,
    movement text NOT NULL CHECK (movement IN ('receipt', 'pick')),
    qty integer NOT NULL, scanned_at timestamp NOT NULL, file text NOT NULL,
    posted_at timestamp NOT NULL DEFAULT clock.now(),
    FOREIGN KEY (site, bin) REFERENCES wms.bins
);
CREATE INDEX ON wms.movements (site, sku, scanned_at);

-- Rows that cannot be booked, for the floor to clear up by hand.
CREATE TABLE wms.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site text NOT NULL, device text NOT NULL, seq text NOT NULL, file text NOT NULL, raw text NOT NULL,
    reason text NOT NULL, posted_at timestamp NOT NULL DEFAULT clock.now()
);

-- The intake book: one row a file. received = loaded + quarantined + duplicates.
CREATE TABLE wms.intake (
    file text PRIMARY KEY, site text NOT NULL, received integer NOT NULL, loaded integer NOT NULL,
    quarantined integer NOT NULL, duplicates integer NOT NULL,
    posted_at timestamp NOT NULL DEFAULT clock.now()
);

INSERT INTO wms.suppliers VALUES
    ('S1', 'Aran Textiles', 'EAN-13'), ('S2', 'Bolton Home', 'EAN-13'), ('S3', 'Corvo Conservas', 'ITF-14'),
    ('S4', 'Dunmore Toys', 'EAN-13'), ('S5', 'Eider Outdoor', 'EAN-13'), ('S6', 'Falcão Papelaria', 'EAN-13'),
    ('S7', 'Gannet Coffee', 'ITF-14'), ('S8', 'Heron Garden', 'EAN-13');

INSERT INTO wms.bins
SELECT site, aisle || '-' || lpad(n::text, 2, '0')
FROM (VALUES ('A', 'DRY'), ('A', 'MEZZ'), ('A', 'COLD'), ('A', 'BULK'),
             ('B', 'CHÃO'), ('B', 'CÂMARA'), ('B', 'TALÃO'), ('B', 'SECO'),
             ('C', 'DRY'), ('C', 'FLOOR'), ('C', 'COLD')) a (site, aisle), generate_series(1, 4) n;
