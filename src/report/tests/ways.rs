//! Live pages during training, and standalone files.

use super::hostile::{EVIL, hostile};
use super::*;
use crate::report::shared::packed::unpacked;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("deep/lr").join(name)).unwrap()
}

#[test]
fn a_live_page_keeps_the_scripts_of_runs_until_training_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, mut results) = fixture::learning_rates(2);
    results.cells[5].runs[1].trained = None;
    let running = Page {
        running: Some(Running {
            written: 5,
            every: 5,
            stale: 90,
            is_trained: false,
        }),
        ..page(&sweep, &results, &[])
    };
    let script = |cell: usize| format!("runs/{}.js", results.cells[cell].runs[0].run.id);
    let mut new = BTreeSet::new();
    let mut write = |over: bool| {
        new.insert(results.cells[1].runs[0].run.id);
        write_running(folder.path(), &running, &mut new, &AtomicBool::new(over)).unwrap();
        new.len()
    };
    assert_eq!(write(true), 1);
    assert!(!folder.path().join("deep/lr/index.html").exists());
    assert_eq!(write(false), 0);
    let text = read(&folder, "index.html");
    assert!(text.contains("11 of 12 runs"), "{text}");
    assert!(text.contains("data-written=\"5\" data-every=\"5\" data-stale=\"90\""));
    assert!(!text.contains("not trained yet"));
    let index = fs::read_to_string(folder.path().join("index.html")).unwrap();
    assert!(index.contains("1 run pending"));

    let before = read(&folder, &script(1));
    for cell in [0, 1] {
        fs::write(folder.path().join("deep/lr").join(script(cell)), "old").unwrap();
    }
    write(false);
    assert_eq!(read(&folder, &script(0)), "old");
    assert_eq!(read(&folder, &script(1)), before);
    let last = page(&sweep, &results, &[]);
    write_sweep(folder.path(), &last).unwrap();
    assert_ne!(read(&folder, &script(0)), "old");
    let text = read(&folder, "index.html");
    assert!(!text.contains("data-running"));
    assert!(text.contains("(sweep run experiments/lr.toml trains missing runs)"));
}

#[test]
fn a_standalone_file_is_complete_and_is_updated_with_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, results) = hostile();
    let usual = page(&sweep, &results, &[]);
    let page = Page {
        standalone: true,
        ..usual
    };
    write_sweep(folder.path(), &page).unwrap();
    let text = read(&folder, "standalone.html");
    let outside = [
        "<script src",
        "<script defer",
        "rel=\"stylesheet\"",
        "href=\"../",
    ];
    for words in outside.into_iter().chain([EVIL]) {
        assert!(!text.contains(words), "{words}");
    }
    let runs: Vec<_> = text.split("data-packed=\"").skip(1).collect();
    let ids: Vec<String> = results
        .cells
        .iter()
        .flat_map(|cell| cell.runs.iter().map(|run| run.run.id.to_string()))
        .collect();
    let inside = |id: &String| runs.iter().find_map(|run| run.strip_prefix(id.as_str()));
    for id in &ids {
        let packed = inside(id).unwrap().split(['>', '<']).nth(1).unwrap();
        assert!(unpacked(packed).unwrap().contains(id));
    }
    assert!(read(&folder, "index.html").contains("href=\"standalone.html\""));

    fs::write(folder.path().join("deep/lr/standalone.html"), "old").unwrap();
    write_sweep(folder.path(), &usual).unwrap();
    assert_eq!(read(&folder, "standalone.html"), text);
}

#[test]
fn a_standalone_file_is_written_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, results) = fixture::learning_rates(1);
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    assert!(!folder.path().join("deep/lr/standalone.html").exists());
    assert!(!read(&folder, "index.html").contains("standalone"));
}
