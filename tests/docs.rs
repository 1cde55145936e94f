//! README, CONTRIBUTING and the chapters in `docs/` agree with the program: sweep files load, commands parse,
//! links and paths lead to files, and every word of the file format is documented.
//!
//! A TOML block is marked in its info string. A block marked `toml sweep` is a whole sweep file. One marked
//! `toml fragment` is a part; the test adds `seeds = 3` and two moons as data, unless the fragment has its own.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::Place;
use sweep::codes::Code;
use sweep::config::{Overrides, Quantity, render};
use sweep::fix_kind::FixKind;
use sweep::load::load_text;

/// Generated pages, which other tests and programs check.
const GENERATED: [&str; 3] = ["diagnosis.md", "rules.md", "sweep-file.md"];

/// A page of documentation.
struct Page {
    path: PathBuf,
    text: String,
}

/// A fenced block of code with the words of its info string.
struct Block {
    /// Path and line, for messages.
    at: String,
    info: Vec<String>,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all pages, or only those written by hand.
fn pages(generated: bool) -> Vec<Page> {
    let chapters = fs::read_dir(root().join("docs")).unwrap();
    let chapters = chapters.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = chapters
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .filter(|path| generated || !GENERATED.iter().any(|name| path.ends_with(name)))
        .collect();
    paths.extend(["README.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    paths.sort();
    let page = |path: PathBuf| Page {
        text: fs::read_to_string(&path).unwrap(),
        path,
    };
    paths.into_iter().map(page).collect()
}

impl Page {
    fn at(&self, line: usize) -> String {
        let path = self.path.strip_prefix(root()).unwrap();
        format!("{}:{line}", path.display())
    }

    /// Returns the fenced blocks, and the lines of the page with empty blocks.
    fn parts(&self) -> (Vec<Block>, Vec<&str>) {
        let (mut blocks, mut prose) = (Vec::new(), Vec::new());
        let mut open: Option<Block> = None;
        for (i, line) in self.text.lines().enumerate() {
            prose.push("");
            match (line.strip_prefix("```"), open.as_mut()) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
                (Some(info), None) => {
                    open = Some(Block {
                        at: self.at(i + 1),
                        info: info.split_whitespace().map(str::to_owned).collect(),
                        text: String::new(),
                    });
                }
                (None, None) => prose[i] = line,
            }
        }
        assert!(open.is_none(), "{}: a fence is not closed", self.at(1));
        (blocks, prose)
    }
}

fn blocks(language: &str) -> Vec<Block> {
    let all = pages(false)
        .into_iter()
        .flat_map(|page| page.parts().0)
        .filter(|block| block.info.first().is_some_and(|word| word == language));
    all.collect()
}

/// Writes the data files that blocks name.
fn write_data(folder: &Path) {
    let houses = (0..40).map(|i| format!("{},{},{}\n", 100 + 7 * i, 5 + i % 9, 50 + i % 13));
    let houses: String = houses.collect();
    fs::write(
        folder.join("houses.csv"),
        format!("price,rent,area\n{houses}"),
    )
    .unwrap();
    let cities = (0..40).map(|i| {
        let (color, city) = (["red", "blue"][i % 2], ["Kiel", "Bonn", "Ulm"][i % 3]);
        let area = if i == 7 {
            String::new()
        } else {
            (30 + i).to_string()
        };
        format!("{color};{city};{area};{}\n", 90 + 3 * i)
    });
    let cities: String = cities.collect();
    let cities = format!("color;city;area;price\n{cities}");
    fs::write(folder.join("cities.csv"), cities).unwrap();
    let numbers: Vec<f64> = (0..80).map(|i| f64::from(i).sin()).collect();
    fs::write(folder.join("x.npy"), npy("(40, 2)", &numbers)).unwrap();
    fs::write(folder.join("y.npy"), npy("(40,)", &numbers[..40])).unwrap();
    for (from, to) in [
        ("digits.npz", "both.npz"),
        ("digits-images-idx3-ubyte.gz", "train-images-idx3-ubyte.gz"),
        ("digits-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    ] {
        fs::copy(root().join("tables").join(from), folder.join(to)).unwrap();
    }
}

/// Returns the bytes of a file of `numpy.save`.
fn npy(shape: &str, numbers: &[f64]) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

/// Completes a fragment to a sweep file.
fn completed(fragment: &str) -> String {
    let has = |start: &str| fragment.lines().any(|line| line.starts_with(start));
    let mut text = String::new();
    if !has("seeds") {
        text.push_str("seeds = 3\n");
    }
    text.push_str(fragment);
    if !has("[data]") {
        text.push_str("\n[data]\nsource = \"moons\"\n");
    }
    text
}

#[test]
fn every_sweep_file_and_fragment_loads() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let path = folder.path().join("sweep.toml");
    let (mut sweeps, mut fragments, mut failed) = (0, 0, String::new());
    for block in blocks("toml") {
        let text = match block.info.get(1).map(String::as_str) {
            Some("sweep") => {
                sweeps += 1;
                block.text
            }
            Some("fragment") => {
                fragments += 1;
                completed(&block.text)
            }
            _ => panic!("{}: mark it `toml sweep` or `toml fragment`", block.at),
        };
        match load_text(&path, &text, &Overrides::default()) {
            Ok(loaded) => {
                for found in loaded.sweep.deprecated {
                    failed.push_str(&format!("{}\n{}\n", block.at, found.word));
                }
            }
            Err(errors) => {
                failed.push_str(&format!("{}\n{}\n", block.at, render(&errors, false)));
            }
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(sweeps >= 3 && fragments >= 20, "{sweeps}, {fragments}");
}

/// Returns the arguments after `sweep`; `None` for other commands.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let line = line.split(" #").next().unwrap_or(line);
    let arguments = match line.strip_prefix("cargo run ") {
        Some(line) if line.contains("--example") => return None,
        Some(line) => line.split_once("-- ")?.1,
        None => line.strip_prefix("sweep ")?,
    };
    Some(arguments.split_whitespace().collect())
}

/// In a folder without sweep files every command ends before it trains; a wrong option is reported as such.
#[test]
fn every_command_parses_and_names_files_that_exist() {
    let place = Place::new();
    let mut commands = 0;
    for block in blocks("sh") {
        for line in block.text.lines() {
            let Some(arguments) = arguments(line) else {
                continue;
            };
            commands += 1;
            let ran = place.sweep(&arguments);
            let all = format!("{}{}", ran.out, ran.err);
            let wrong = [
                "For more information, try",
                "there is no command",
                "the command comes first",
            ];
            let wrong = wrong.iter().any(|text| all.contains(text));
            assert!(!wrong, "{}: {line}\n{all}", block.at);
            let folders = ["experiments/", "tables/", "lecture/", "examples/"];
            let named = |word: &&&str| folders.iter().any(|folder| word.starts_with(folder));
            for path in arguments.iter().filter(named) {
                assert!(root().join(path).exists(), "{}: {line}", block.at);
            }
        }
    }
    assert!(commands >= 20, "{commands}");
}

/// Returns the anchors of GitHub for the headings of a page.
fn anchors(page: &Page) -> BTreeSet<String> {
    let (_, prose) = page.parts();
    let headings = prose.into_iter().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        text.chars()
            .filter(kept)
            .collect::<String>()
            .replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// Returns the targets of the links in a line, between `](` and `)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1);
    parts.filter_map(|part| part.split_once(')').map(|(target, _)| target))
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let pages = pages(true);
    let mut links = 0;
    for page in &pages {
        let (_, prose) = page.parts();
        for (i, line) in prose.into_iter().enumerate() {
            for target in targets(line).filter(|target| !target.contains("://")) {
                links += 1;
                let at = page.at(i + 1);
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let path = match file {
                    "" => page.path.clone(),
                    file => page.path.parent().unwrap().join(file),
                };
                assert!(path.exists(), "{at}: {target} leads nowhere");
                let path = path.canonicalize().unwrap();
                let other = pages.iter().find(|page| page.path == path);
                let is_there =
                    anchor.is_empty() || other.is_some_and(|page| anchors(page).contains(anchor));
                assert!(is_there, "{at}: {target} has no such heading");
            }
        }
    }
    assert!(links >= 50, "{links}");
}

/// Paths in code spans, such as `src/lib.rs`, and the programs that `cargo test --test NAME` names.
#[test]
fn every_path_and_test_program_exists() {
    const FOLDERS: [&str; 9] = [
        ".ci/",
        "benches/",
        "docs/",
        "examples/",
        "experiments/",
        "lecture/",
        "src/",
        "tables/",
        "tests/",
    ];
    let mut paths = 0;
    for page in pages(false) {
        for (i, line) in page.text.lines().enumerate() {
            let at = page.at(i + 1);
            for span in line.split('`').skip(1).step_by(2) {
                let is_path = FOLDERS.iter().any(|folder| span.starts_with(folder));
                if !is_path || span.contains([' ', '<', '*']) {
                    continue;
                }
                paths += 1;
                assert!(root().join(span).exists(), "{at}: {span} is missing");
            }
            for test in line.split("--test ").skip(1) {
                let name = test.split([' ', '`', ',']).next().unwrap_or_default();
                let file = format!("tests/{name}.rs");
                assert!(root().join(&file).exists(), "{at}: {file} is missing");
            }
        }
    }
    assert!(paths >= 80, "{paths}");
}

#[test]
fn the_readme_is_short_and_its_first_block_has_the_two_first_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 150);
    let page = Page {
        path: root().join("README.md"),
        text: readme,
    };
    let first = page.parts().0.swap_remove(0);
    assert_eq!(
        first.text,
        "cargo run --release -- experiments/lr.toml\ncargo test\n"
    );
}

#[test]
fn every_diagnosis_fix_and_quantity_is_documented() {
    let read = |name: &str| fs::read_to_string(root().join("docs").join(name)).unwrap();
    let (guide, ci) = (read("diagnosis-guide.md"), read("ci.md"));
    let diagnoses = Code::ALL.map(|code| format!("| `{}` |", code.name()));
    let fixes = FixKind::ALL.map(|fix| format!("`\"{}\"`", fix.name()));
    let quantities = Quantity::ALL.map(|quantity| format!("`{}`", quantity.name()));
    let missing: Vec<&String> = diagnoses
        .iter()
        .chain(&fixes)
        .filter(|word| !guide.contains(*word))
        .chain(quantities.iter().filter(|word| !ci.contains(*word)))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
