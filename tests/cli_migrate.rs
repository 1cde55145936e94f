//! Deprecated words on the command line: they work with a warning, `sweep migrate` rewrites them, and what version
//! 0.1.0 stored under them is read. Which of its runs are replayed, and what replays change.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Place, Ran};
use sweep::store::Store;
use sweep::trace::{Outcome, Trace};

/// Every deprecated word but that of `[stop]`, which has a file of its own.
const OLD: &str = r#"# xavier, trainer and classes
title = "Old words"
seeds = 3

[data]
source = { csv = "t.csv", target = "y", task = "classes" }

[base]
hidden = [4]
activation = "tanh"
solver = "trainer"          # the default
optimizer = "adam"
lr = 0.05
batch = 8
epochs = 30

[grid]
init = [
  "ones",
  "xavier",  # LeCun's
]

[[expect]]
where = { init = "ones" }
cured_by = "Xavier's initialisation"
"#;

/// Lines of the deprecated words.
const LINES: [usize; 5] = [6, 11, 20, 25, 25];

const STOP: &str = r#"
[data]
source = "moons"
rows = 40

[base]
epochs = 4

[grid]
lr = [0.01, 0.1, 1.0]

[stop]
method = "asha"
grace_period = 2
"#;

/// The file with two classes of rows: within a circle and around it.
fn place() -> Place {
    let place = Place::with("old.toml", OLD);
    let rows = (0..60).map(|i| {
        let (angle, radius) = (2.4 * f64::from(i), f64::from(i % 10) / 10.0);
        let (x, y) = (radius * angle.cos(), radius * angle.sin());
        format!("{x:.4},{y:.4},{}\n", i32::from(radius > 0.5))
    });
    place.write("t.csv", &format!("a,b,y\n{}", rows.collect::<String>()));
    place
}

/// Lines that the warnings name, in their order.
fn warned(ran: &Ran) -> Vec<usize> {
    let warnings = ran.err.lines().filter(|line| line.starts_with("warning: "));
    let line = |warning: &str| {
        assert!(warning.contains("sweep migrate old.toml"), "{warning}");
        let place = warning.strip_prefix("warning: old.toml:").unwrap();
        place.split(':').next().unwrap().parse().unwrap()
    };
    warnings.map(line).collect()
}

fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap()
}

/// The text files below a folder, or one file. Pages show the sweep file as it is, which is taken out of them.
fn texts(place: &Place, name: &str) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(place.path(name)).into_iter();
    let files = files.map(|entry| entry.unwrap().into_path());
    let mut texts = Vec::new();
    // In the file of all pages, the sweep file is packed.
    for path in files.filter(|path| path.is_file() && !path.ends_with("standalone.html")) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let escaped = OLD.replace('"', "&quot;").replace('\'', "&#39;");
        let text = text.replace(escaped.trim(), "");
        texts.push((path.display().to_string(), text));
    }
    assert!(!texts.is_empty(), "{name}");
    texts
}

#[test]
fn old_words_work_with_a_warning_each_and_results_have_the_new_ones() {
    let place = place();
    let plan = place.sweep(&["plan", "old.toml"]);
    assert_eq!(warned(&plan), LINES, "{}", plan.err);
    assert!(plan.out.contains("axis init: ones, lecun"), "{}", plan.out);
    for args in [
        &["run", "old.toml"][..],
        &["fix", "old.toml", "--save-weights=w", "-v"],
        &["check", "old.toml", "--json=v.json", "--junit", "v.xml"],
        &["report", "old.toml", "--standalone"],
        &["export", "old.toml", "--to", "csv", "--curves"],
        &["export", "old.toml", "--to", "jsonl"],
    ] {
        let ran = place.sweep(args);
        assert!(
            ran.code.is_some_and(|code| code < 2),
            "{args:?}: {}",
            ran.err
        );
        assert_eq!(warned(&ran), LINES, "{args:?}: {}", ran.err);
        assert!(!ran.out.contains("xavier"), "{args:?}: {}", ran.out);
    }
    let run = read(&place, "reports/export/csv/old/runs.csv");
    assert!(
        run.contains("lecun") && run.contains("classification"),
        "{run}"
    );
    let row = run.lines().nth(1).unwrap();
    let id = row.split(',').find(|field| field.len() == 32).unwrap();
    let inspected = place.sweep(&["inspect", id]);
    assert_eq!(warned(&inspected), LINES, "{}", inspected.err);
    for name in ["reports/old", "reports/export", "w", "v.json", "v.xml"] {
        for (path, text) in texts(&place, name) {
            for old in ["xavier", "Xavier", "cured_by", "\"trainer\""] {
                assert!(!text.contains(old), "{path}: {old}");
            }
        }
    }
    let quiet = place.sweep(&["plan", "old.toml", "--set", "init=xavier", "-q"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));
}

#[test]
fn a_word_of_the_command_line_is_warned_of_once() {
    let place = Place::new();
    for name in ["a.toml", "b.toml"] {
        place.write(name, "[data]\nsource = \"moons\"\n");
    }
    let ran = place.sweep(&["plan", "a.toml", "b.toml", "--set", "init=xavier"]);
    let warnings: Vec<&str> = ran.err.lines().collect();
    assert_eq!(warnings.len(), 1, "{}", ran.err);
    assert!(
        warnings[0].contains("command line") && warnings[0].contains("glorot"),
        "{}",
        ran.err
    );
}

#[test]
fn a_path_of_a_warning_is_escaped() {
    let place = Place::with(
        "a\u{1b}[31m.toml",
        "[data]\nsource = 'moons'\n[base]\ninit = 'xavier'\n",
    );
    let ran = place.sweep(&["plan", "a\u{1b}[31m.toml"]);
    assert!(
        ran.err.contains(r"warning: a\u{1b}[31m.toml:4"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains('\u{1b}'));
}

#[test]
fn migration_prints_each_change_keeps_the_rest_and_trains_nothing_again() {
    let place = place();
    place.write("deep/stop.toml", STOP);
    place.sweep(&["run", "old.toml", "-q"]);
    place.sweep(&["run", "deep/stop.toml", "-q"]);

    let dry = place.sweep(&["migrate", "old.toml", "deep", "--dry-run"]);
    assert_eq!(dry.code, Some(0), "{}", dry.err);
    assert_eq!(read(&place, "old.toml"), OLD);
    let migrated = place.sweep(&["migrate", "old.toml", "deep"]);
    assert_eq!(
        (migrated.code, &migrated.out),
        (Some(0), &dry.out),
        "{}",
        migrated.err
    );
    let expected = "\
old.toml:6: task = \"classes\" -> \"classification\"
old.toml:11: solver = \"trainer\" -> \"none\"
old.toml:20: init = \"xavier\" -> \"lecun\" (for PyTorch's `xavier_normal_` use \"glorot\")
old.toml:25: cured_by -> `fixed_by`
old.toml:25: fixed_by = \"Xavier's initialisation\" -> \"LeCun initialization\"
deep/stop.toml:13: method = \"asha\" -> \"successive-halving\"
";
    assert_eq!(migrated.out, expected);
    let new = OLD
        .replace("task = \"classes\"", "task = \"classification\"")
        .replace("\"trainer\"", "\"none\"")
        .replace("\"xavier\"", "\"lecun\"")
        .replace(
            "cured_by = \"Xavier's initialisation",
            "fixed_by = \"LeCun initialization",
        );
    assert_eq!(read(&place, "old.toml"), new);

    for file in ["old.toml", "deep/stop.toml"] {
        let run = place.sweep(&["run", file]);
        assert!(run.err.contains("all cached"), "{}", run.err);
        assert!(!run.err.contains("warning"), "{}", run.err);
    }
    let again = place.sweep(&["migrate", "old.toml"]);
    assert_eq!(
        (again.code, again.out.as_str()),
        (Some(0), "old.toml: nothing to change\n")
    );
    let left = fs::read_dir(place.path("deep")).unwrap();
    assert_eq!(left.count(), 1, "a temporary file is left");
}

#[test]
fn the_files_of_the_program_have_no_deprecated_words() {
    let place = place();
    let mut args = vec!["migrate", "--dry-run"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["experiments", "tables", "lecture", "examples", "templates"];
    let folders = folders.map(|name| root.join(name).display().to_string());
    args.extend(folders.iter().map(String::as_str));
    let ran = place.sweep(&args);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let mut lines = ran.out.lines();
    assert!(
        lines.all(|line| line.ends_with("nothing to change")),
        "{}",
        ran.out
    );
}

#[test]
fn nothing_is_written_where_a_file_is_missing_or_is_not_toml() {
    let place = place();
    place.write("broken.toml", "[base\ninit = \"xavier\"\n");
    for other in ["broken.toml", "missing.toml"] {
        let ran = place.sweep(&["migrate", "old.toml", other]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        assert!(ran.err.contains(other), "{}", ran.err);
        assert_eq!(read(&place, "old.toml"), OLD);
    }
    #[cfg(unix)]
    {
        // Not even the folder of its link is changed, but the file itself.
        std::os::unix::fs::symlink("old.toml", place.path("link.toml")).unwrap();
        let ran = place.sweep(&["migrate", "link.toml"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let link = fs::symlink_metadata(place.path("link.toml")).unwrap();
        assert!(link.is_symlink() && read(&place, "old.toml").contains("lecun"));
    }
}

/// In results that version 0.1.0 wrote, the words are those of its files.
#[test]
fn baselines_and_fixes_in_old_words_are_of_the_same_cells() {
    let place = place();
    let saved = place.sweep(&["check", "old.toml", "--save-baseline", "main", "-q"]);
    assert!(saved.code.is_some_and(|code| code < 2), "{}", saved.err);
    place.sweep(&["fix", "old.toml", "-q"]);
    for name in ["baselines/main/old.json", "reports/old/fix.json"] {
        let new = read(&place, name);
        let old = new
            .replace("lecun", "xavier")
            .replace("LeCun initialization", "Xavier's initialisation");
        assert_ne!(new, old, "{name}");
        place.write(name, &old);
    }
    let checked = place.sweep(&["check", "old.toml", "--baseline", "main"]);
    assert!(
        checked.out.contains("unchanged     baseline main"),
        "{}",
        checked.out
    );
    let report = place.sweep(&["report", "old.toml"]);
    assert_eq!(report.code, Some(0), "{}", report.err);
    for (path, text) in texts(&place, "reports/old") {
        // What is kept of the trials stays as it is until the next.
        if !path.ends_with("fix.json") {
            let old = text.contains("xavier") || text.contains("Xavier");
            assert!(!old, "{path}");
        }
    }
    let page = read(&place, "reports/old/index.html");
    assert!(page.contains("LeCun initialization"));
}

#[test]
fn a_store_of_0_1_0_has_the_runs_of_old_and_new_words() {
    let text = r#"
seeds = 1
[data]
source = "moons"
rows = 40
validation = 0.25
[base]
hidden = [4, 4]
activation = "tanh"
solver = "WORD"
lr = 1.0
batch = 10
epochs = 60
patience = 2
"#;
    let place = Place::new();
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/identity/sweep.db");
    fs::create_dir_all(place.path("reports")).unwrap();
    fs::copy(store, place.path("reports/sweep.db")).unwrap();
    for word in ["trainer", "none"] {
        place.write("net.toml", &text.replace("WORD", word));
        let plan = place.sweep(&["plan", "net.toml"]);
        assert!(plan.out.contains("0 to train, 1 cached"), "{}", plan.out);
        let export = place.sweep(&["export", "net.toml", "--to", "jsonl"]);
        assert_eq!(export.code, Some(0), "{}", export.err);
        let runs = read(&place, "reports/export/jsonl/net/runs.jsonl");
        let run: Value = serde_json::from_str(runs.lines().next().unwrap()).unwrap();
        assert_eq!(run["solver"], "none", "{runs}");
        assert_eq!(run["outcome"], "stopped-early", "{runs}");
    }
}

/// Two runs that fail because the neurons of their layer start equal. The target avoids reference runs.
const EQUAL: &str = r#"
target = 1.0
seeds = 2
[data]
source = "moons"
rows = 64
[base]
hidden = [8]
init = "ones"
lr = 0.3
epochs = 60
"#;

fn traces(place: &Place) -> Vec<Trace> {
    let store = Store::open(&place.path("reports")).unwrap();
    let ids = store.starting_with("", 1000).unwrap().into_iter();
    ids.map(|id| store.get(id).unwrap().unwrap().0).collect()
}

/// Removes from the stored runs what version 0.1 did not record, and changes them.
fn as_of_0_1(place: &Place, change: impl Fn(&mut Trace)) {
    let store = Store::open(&place.path("reports")).unwrap();
    for id in store.starting_with("", 1000).unwrap() {
        let (mut trace, timing) = store.get(id).unwrap().unwrap();
        for layer in &mut trace.layers {
            layer.neuron_spread = None;
            layer.weight_mean.clear();
        }
        change(&mut trace);
        store.put(id, &trace, &timing).unwrap();
    }
}

/// Checks a sweep, and returns the counts of its runs.
fn checked(place: &Place, options: &[&str]) -> (Value, Ran) {
    let ran = place.sweep(&[&["check", "nets.toml", "--json"][..], options].concat());
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    (document["sweeps"][0]["summary"].clone(), ran)
}

const REPLAYS: &str = "failing runs of an older version";

#[test]
fn a_replay_that_differs_or_times_out_is_a_warning_and_leaves_the_stored_run() {
    for (options, warning) in [
        (&[][..], "its replay differs from the stored run"),
        (&["--timeout", "0.001ms"][..], "its replay timed out"),
    ] {
        let place = Place::with("nets.toml", EQUAL);
        assert_eq!(place.sweep(&["nets.toml"]).code, Some(0));
        as_of_0_1(&place, |trace| {
            if options.is_empty() {
                trace.evaluations[0].train.as_mut().unwrap().loss.0 += 1e-3;
            }
        });
        let before = place.rows();
        let (counts, ran) = checked(&place, options);
        assert!(ran.err.contains(REPLAYS), "{}", ran.err);
        let said = ran.err.matches(warning).count();
        assert_eq!(said, 2, "{}", ran.err);
        assert!(ran.err.contains("warning: "), "{}", ran.err);
        assert!(place.rows() == before);
        // The stored runs are complete, and each counts once.
        assert_ne!(ran.code, Some(3), "{}", ran.err);
        for (count, n) in [
            ("runs", 2),
            ("trained", 0),
            ("cached", 2),
            ("incomplete", 0),
        ] {
            assert_eq!(counts[count], n, "{count}");
        }
    }
}

#[test]
fn replays_count_as_trained_and_a_run_without_a_result_counts_once() {
    let place = Place::with("nets.toml", EQUAL);
    assert_eq!(place.sweep(&["nets.toml"]).code, Some(0));
    as_of_0_1(&place, |trace| {
        if trace.seed == 1 {
            trace.outcome = Outcome::TimedOut { step: 9 };
        }
    });
    let (counts, ran) = checked(&place, &[]);
    assert!(ran.err.contains(REPLAYS), "{}", ran.err);
    for (count, n) in [
        ("runs", 2),
        ("trained", 1),
        ("cached", 1),
        ("incomplete", 1),
    ] {
        assert_eq!(counts[count], n, "{count}");
    }
}

#[test]
fn pruned_runs_are_not_replayed() {
    let halving = EQUAL.replace("lr = 0.3\nepochs = 60\n", "epochs = 4\n")
        + "[grid]\nlr = [0.01, 0.1, 0.3]\n[stop]\nmethod = \"successive-halving\"\ngrace_period = 2\n";
    let place = Place::with("nets.toml", &halving);
    assert_eq!(place.sweep(&["nets.toml"]).code, Some(0));
    as_of_0_1(&place, |_| {});
    let (_, ran) = checked(&place, &[]);
    assert!(ran.err.contains(REPLAYS), "{}", ran.err);
    let traces = traces(&place);
    let is_pruned = |trace: &Trace| matches!(trace.outcome, Outcome::Pruned { .. });
    assert!(traces.iter().any(is_pruned));
    for trace in &traces {
        assert_eq!(trace.is_of_version_1(), is_pruned(trace));
    }
}

#[test]
fn a_failing_run_is_not_replayed_if_its_record_rules_out_what_is_missing() {
    let random = EQUAL.replace("ones", "he").replace("lr = 0.3", "lr = 1e-6");
    let place = Place::with("nets.toml", &random);
    assert_eq!(place.sweep(&["nets.toml"]).code, Some(0));
    as_of_0_1(&place, |_| {});
    let before = place.rows();
    let (counts, ran) = checked(&place, &[]);
    assert!(!ran.err.contains(REPLAYS), "{}", ran.err);
    assert_eq!(counts["cached"], 2);
    assert!(place.rows() == before);
}
