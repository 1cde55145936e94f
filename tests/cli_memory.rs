//! Runs that do not fit into memory: they are reported before training and left out, and the others are trained.
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{Cursor, Write};
use support::Place;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// One cell with 10¹¹ weights, and one with a few dozen.
const WIDE: &str = r#"
target = 0.9
seeds = 2

[data]
source = "sine"
rows = 64

[base]
depth = 8
epochs = 2

[grid]
width = [3, 100_000]

[[expect]]
name = "the wide one has a loss"
where = { width = 100_000 }
train_loss = { below = 1e9 }
"#;

#[test]
fn a_cell_that_is_too_large_is_reported_and_the_others_are_trained() {
    let place = Place::with("wide.toml", WIDE);
    // No test machine has terabytes, so this is also true without a limit.
    for memory in ["600MB", ""] {
        let plan = place.sweep_within(memory, &["plan", "wide.toml"]);
        assert_eq!(plan.code, Some(0), "{}", plan.err);
        assert!(
            plan.out.contains("too large: width 100000: 1"),
            "{}",
            plan.out
        );
        assert!(!plan.out.contains("too large: width 3"), "{}", plan.out);
    }
    let none = place.sweep_within("10MB", &["wide.toml", "--quiet"]);
    assert_eq!(none.code, Some(3), "{}", none.err);
    let plan = place.sweep(&["plan", "wide.toml"]);
    assert!(plan.out.contains("4 to train"), "{}", plan.out);
    assert!(plan.out.contains("rough: no run"), "{}", plan.out);
    let ran = place.sweep_within("600MB", &["wide.toml"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.out.contains("2 finished"), "{}", ran.out);
    assert!(ran.out.contains("2 too-large"), "{}", ran.out);
    for part in [
        "width 100000: too large: 1",
        "600 MB free",
        "2 runs trained",
        "2 too large",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let page = std::fs::read_to_string(place.path("reports/wide/index.html")).unwrap();
    assert!(page.contains("memory"));

    // Only runs that did not fit are tried again.
    let timings = place.timings();
    let again = place.sweep(&["wide.toml"]);
    assert_eq!(again.code, Some(3), "{}", again.err);
    assert!(again.err.contains("4 runs, 2 to train"), "{}", again.err);
    let same = place
        .timings()
        .into_iter()
        .filter(|of| timings.contains(of));
    assert!(same.count() >= 2);
    let list = place.sweep(&["list"]);
    assert!(list.out.contains("2 finished, 2 too-large"), "{}", list.out);

    let check = place.sweep(&["check", "wide.toml", "--json=verdicts.json"]);
    assert_eq!(check.code, Some(3), "{}{}", check.out, check.err);
    let json = std::fs::read_to_string(place.path("verdicts.json")).unwrap();
    assert!(json.contains("too large for memory"), "{json}");
    place.write(
        "named.toml",
        &WIDE.replace("train_loss = { below = 1e9 }", "outcome = 'too-large'"),
    );
    let named = place.sweep(&["check", "named.toml"]);
    assert!(named.out.contains("1 passed"), "{}{}", named.out, named.err);

    let exported = place.sweep(&["export", "wide.toml", "--to", "jsonl"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let rows = std::fs::read_to_string(place.path("reports/export/jsonl/wide/runs.jsonl")).unwrap();
    let rows: Vec<serde_json::Value> = rows
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let outcome = |row: &serde_json::Value| (row["outcome"].clone(), row["message"].is_string());
    assert_eq!(outcome(&rows[0]), ("finished".into(), false));
    assert_eq!(outcome(&rows[3]), ("too-large".into(), true));
}

/// 16 million weights per run; four runs take 800 MB.
const JOBS: &str = r#"
target = 0.9
seeds = 4

[data]
source = "sine"
rows = 16

[base]
hidden = [2000, 2000]
steps = 1
"#;

#[test]
fn jobs_are_lowered_to_fit_and_the_bits_do_not_change() {
    let place = Place::with("jobs.toml", JOBS);
    let words = ["jobs.toml", "--jobs", "4"];
    let plan = place.sweep_within("300MB", &[&["plan"][..], &words].concat());
    assert!(plan.out.contains("jobs lowered from 4 to"), "{}", plan.out);
    let ran = place.sweep_within("300MB", &words);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in ["jobs lowered from 4 to", "4 jobs would need", "300 MB free"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let rows = place.rows();
    let whole = place.sweep_within("8GB", &[&words[..], &["--rerun", "all"]].concat());
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    assert!(!whole.err.contains("lowered"), "{}", whole.err);
    assert!(place.rows() == rows);
}

#[test]
fn a_rung_a_reference_and_a_fix_that_do_not_fit_are_left_out() {
    let stop = "[stop]\nmethod = \"successive-halving\"\ngrace_period = 1\nreduction_factor = 2\n";
    let text = WIDE
        .replace("epochs = 2", "epochs = 4")
        .replace("[grid]", &format!("{stop}\n[grid]"));
    let place = Place::with("rungs.toml", &text);
    for words in [&["run", "rungs.toml"][..], &["fix", "rungs.toml"]] {
        let ran = place.sweep_within("600MB", words);
        assert!(
            matches!(ran.code, Some(1 | 3)),
            "{words:?}: {:?} {}",
            ran.code,
            ran.err
        );
        assert!(
            ran.out.contains("too-large") || words[0] == "fix",
            "{}",
            ran.out
        );
    }
    // The report includes the rungs after the one with the large cell.
    let report = place.sweep(&["report", "rungs.toml"]);
    assert_eq!(report.code, Some(0), "{}", report.err);
    let halving = std::fs::read_to_string(place.path("reports/rungs/halving.json")).unwrap();
    assert!(
        halving.contains("\"kept\": true") || halving.contains("\"kept\":true"),
        "{halving}"
    );
}

#[test]
fn a_replay_that_does_not_fit_is_an_error() {
    let place = Place::with("jobs.toml", &JOBS.replace("seeds = 4", "seeds = 1"));
    assert_eq!(place.sweep(&["jobs.toml"]).code, Some(0));
    let id: String = place.rows()[0]
        .id
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let ran = place.sweep_within("200MB", &["inspect", &id]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    for part in ["needed", "200 MB free", "SWEEP_MEMORY"] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

#[test]
fn a_memory_limit_that_is_no_size_is_an_error() {
    let place = Place::with("wide.toml", WIDE);
    let ran = place.sweep_within("plenty", &["plan", "wide.toml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(
        ran.err.contains("SWEEP_MEMORY") && ran.err.contains("600MB"),
        "{}",
        ran.err
    );
    let help = place.sweep(&["--help"]);
    assert!(help.out.contains("SWEEP_MEMORY"), "{}", help.out);
}

/// A NumPy array of 10 columns of zeros.
fn zeros(rows: usize) -> Vec<u8> {
    let dict = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, 10), }}");
    let dict = format!("{dict:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dict.len() as u16).to_le_bytes());
    bytes.extend(dict.bytes());
    bytes.resize(bytes.len() + rows * 80, 0);
    bytes
}

/// An npz archive of arrays with `rows` rows, and headers that declare another number.
fn archive(rows: usize, declared: usize) -> Vec<u8> {
    let mut x = zeros(declared);
    let (whole, all) = (x.len(), 128 + rows * 80);
    x.resize(all, 0);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["x.npy", "y.npy"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&x).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    // The sizes in the archive agree with the header.
    let [real, fake] = [all, whole].map(|size| (size as u32).to_le_bytes());
    let at: Vec<usize> = (0..bytes.len() - 4)
        .filter(|at| bytes[*at..at + 4] == real)
        .collect();
    at.into_iter()
        .for_each(|at| bytes[at..at + 4].copy_from_slice(&fake));
    bytes
}

#[test]
fn an_archive_is_unpacked_up_to_its_declared_size_if_memory_holds_it() {
    let place = Place::with(
        "bomb.toml",
        "[data]\nsource = { npz = 'bomb.npz', features = 'x', target = 'y', task = 'regression' }\n",
    );
    // 160 MB as declared, then 160 MB with 800 declared bytes.
    for (declared, parts) in [
        (
            2_000_000,
            &[
                "`x` of",
                "bomb.npz",
                "declares 160 MB",
                "100 MB free",
                "SWEEP_MEMORY",
            ][..],
        ),
        (
            10,
            &[
                "`x` of",
                "bomb.npz",
                "larger than its declared uncompressed size",
            ],
        ),
    ] {
        std::fs::write(place.path("bomb.npz"), archive(2_000_000, declared)).unwrap();
        for command in ["plan", "run"] {
            let ran = place.sweep_within("100MB", &[command, "bomb.toml"]);
            assert_eq!(ran.code, Some(2), "{command} {declared}: {}", ran.err);
            for part in parts {
                let near = *part == "100 MB free" && ran.err.contains("MB free");
                assert!(near || ran.err.contains(part), "{part}: {}", ran.err);
            }
        }
    }
}

#[test]
fn a_gzip_stream_is_unpacked_up_to_its_declared_size() {
    let place = Place::with(
        "bomb.toml",
        "[data]\nsource = { idx = 'x.gz', target = 'y.gz', task = 'regression' }\n",
    );
    let header = |rows: u32, columns: u32| {
        let mut bytes = vec![0, 0, 0x08, 2];
        bytes.extend(rows.to_be_bytes());
        bytes.extend(columns.to_be_bytes());
        bytes
    };
    // 100 MB with 100 declared bytes, and 2 GB declared.
    let files = [
        (header(10, 10), 100_000_000),
        (header(2_000_000, 1000), 1000),
    ];
    let parts = ["goes on after its 10 × 10 numbers", "declares 2 GB"];
    for ((mut bytes, more), part) in files.into_iter().zip(parts) {
        bytes.resize(bytes.len() + more, 0);
        let level = flate2::Compression::fast();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), level);
        packed.write_all(&bytes).unwrap();
        let packed = packed.finish().unwrap();
        for name in ["x.gz", "y.gz"] {
            std::fs::write(place.path(name), &packed).unwrap();
        }
        // The stream itself exceeds the limit.
        let ran = place.sweep_within("80MB", &["plan", "bomb.toml"]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(
            ran.err.contains(part) && ran.err.contains("x.gz"),
            "{}",
            ran.err
        );
    }
}
