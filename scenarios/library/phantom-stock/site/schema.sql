-- Kestrel WMS 7, as far as partners see it. Times are UTC, quantities are eaches.
CREATE SCHEMA wms;

-- What head office keeps; partners see the views.
CREATE TABLE wms.hall_master (
    no integer NOT NULL, site text PRIMARY KEY, porto text NOT NULL, overseas text NOT NULL, town text NOT NULL,
    zone text NOT NULL, delimiter text NOT NULL, encoding text NOT NULL, dates text NOT NULL
);
CREATE VIEW wms.halls AS SELECT site, town, zone, delimiter, encoding, dates FROM wms.hall_master;
CREATE TABLE wms.supplier_master (no integer NOT NULL, code text PRIMARY KEY, name text NOT NULL, label text NOT NULL);
CREATE VIEW wms.suppliers AS SELECT code, name, label FROM wms.supplier_master;
CREATE TABLE wms.item_master (
    item_no integer NOT NULL, sku text PRIMARY KEY, supplier text NOT NULL REFERENCES wms.supplier_master,
    label text NOT NULL, pack integer NOT NULL, unit integer NOT NULL, velocity text NOT NULL
);
CREATE VIEW wms.skus AS SELECT sku, supplier, pack, velocity FROM wms.item_master;
CREATE TABLE wms.bins (site text NOT NULL, bin text NOT NULL, PRIMARY KEY (site, bin));
CREATE TABLE wms.faces (
    face_no integer NOT NULL, site text NOT NULL, item_no integer NOT NULL, sku text NOT NULL,
    counted integer NOT NULL, shift timestamp NOT NULL, counted_at timestamp NOT NULL, PRIMARY KEY (site, sku)
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
    sku text NOT NULL REFERENCES wms.item_master, bin text NOT NULL,
    movement text NOT NULL CHECK (movement IN ('receipt', 'pick')),
    qty integer NOT NULL, scanned_at timestamp NOT NULL, file text NOT NULL,
    posted_at timestamp NOT NULL DEFAULT clock.now(),
    FOREIGN KEY (site, bin) REFERENCES wms.bins
);
CREATE INDEX ON wms.movements (site, sku, scanned_at);

-- Why a row cannot be booked.
CREATE TABLE wms.reasons (code text PRIMARY KEY, meaning text NOT NULL);

-- Rows that cannot be booked, for the floor to clear up by hand.
CREATE TABLE wms.quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site text NOT NULL, device text NOT NULL, seq text NOT NULL, scanned_at timestamp, file text NOT NULL,
    raw text NOT NULL, reason text NOT NULL REFERENCES wms.reasons, posted_at timestamp NOT NULL DEFAULT clock.now()
);

-- The intake book: one row a file. received = loaded + quarantined + duplicates.
CREATE TABLE wms.intake (
    file text PRIMARY KEY, site text NOT NULL, received integer NOT NULL, loaded integer NOT NULL,
    quarantined integer NOT NULL, duplicates integer NOT NULL,
    posted_at timestamp NOT NULL DEFAULT clock.now()
);

INSERT INTO wms.reasons VALUES
    ('QTY-MISSING', 'there is no quantity: somebody counts'),
    ('QTY-LATER', 'the quantity was to be entered later: somebody counts'),
    ('SKU-UNKNOWN', 'there is no such article: somebody looks at the label'),
    ('BIN-UNKNOWN', 'there is no such bin: somebody looks where it lies'),
    ('TIME-UNREADABLE', 'nobody knows when it was: somebody asks the shift'),
    ('OTHER', 'something else: somebody has to find out what');

INSERT INTO wms.bins
SELECT site, aisle || '-' || lpad(n::text, 2, '0')
FROM (VALUES ('A', 'DRY'), ('A', 'MEZZ'), ('A', 'COLD'), ('A', 'BULK'),
             ('B', 'CHÃO'), ('B', 'CÂMARA'), ('B', 'TALÃO'), ('B', 'SECO'),
             ('C', 'DRY'), ('C', 'FLOOR'), ('C', 'COLD')) a (site, aisle), generate_series(1, 4) n;
