//! Dependencies between modules, checked in the source code.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every module with the modules that it may use, which must come before it.
const ROOMS: &[(&str, &[&str])] = &[
    ("number", &[]),
    ("words", &[]),
    ("code", &["words"]),
    ("remedy", &["words"]),
    ("replace", &[]),
    ("escape", &[]),
    ("below", &[]),
    ("memory", &[]),
    ("spec", &["number", "words", "code", "remedy", "escape"]),
    ("identity", &["spec"]),
    ("seed", &[]),
    ("trace", &["number", "code"]),
    ("grid", &["code", "spec", "seed", "identity"]),
    ("data", &["number", "memory", "spec", "seed"]),
    ("load", &["replace", "spec", "grid", "data"]),
    ("nn", &["spec", "seed", "trace"]),
    ("optim", &["spec", "seed"]),
    (
        "train",
        &["spec", "identity", "nn", "optim", "data", "trace", "seed"],
    ),
    (
        "stack",
        &[
            "spec", "identity", "nn", "optim", "data", "train", "trace", "seed",
        ],
    ),
    (
        "solve",
        &[
            "number", "spec", "identity", "nn", "data", "train", "stack", "trace", "seed",
        ],
    ),
    ("inspect", &["spec", "nn", "train", "trace"]),
    (
        "weights",
        &[
            "replace", "spec", "identity", "grid", "data", "nn", "train", "trace",
        ],
    ),
    ("own", &["spec", "data", "nn"]),
    ("results", &["grid", "trace"]),
    ("import", &["spec", "identity", "grid", "trace", "results"]),
    ("version1", &["spec", "identity", "nn", "trace"]),
    (
        "store",
        &[
            "number", "replace", "below", "identity", "trace", "version1",
        ],
    ),
    (
        "run",
        &[
            "number", "memory", "spec", "identity", "grid", "data", "nn", "train", "stack",
            "solve", "weights", "store", "trace", "results",
        ],
    ),
    (
        "diagnose",
        &[
            "number", "code", "words", "spec", "identity", "grid", "trace", "results",
        ],
    ),
    (
        "prescribe",
        &["code", "remedy", "spec", "identity", "seed", "grid"],
    ),
    (
        "fix",
        &[
            "number",
            "code",
            "remedy",
            "spec",
            "identity",
            "grid",
            "trace",
            "results",
            "diagnose",
            "prescribe",
        ],
    ),
    (
        "expect",
        &[
            "number", "code", "remedy", "spec", "grid", "trace", "results", "diagnose", "fix",
        ],
    ),
    ("halving", &["spec", "grid", "trace", "results", "expect"]),
    (
        "study",
        &[
            "number",
            "words",
            "replace",
            "memory",
            "spec",
            "identity",
            "grid",
            "data",
            "load",
            "nn",
            "train",
            "store",
            "trace",
            "results",
            "run",
            "diagnose",
            "prescribe",
            "fix",
            "expect",
            "halving",
        ],
    ),
    (
        "baseline",
        &["replace", "spec", "trace", "results", "diagnose", "expect"],
    ),
    ("ci", &["escape", "expect", "baseline"]),
    (
        "export",
        &[
            "words", "replace", "below", "spec", "identity", "grid", "trace", "results",
            "diagnose", "expect",
        ],
    ),
    (
        "report",
        &[
            "number",
            "code",
            "replace",
            "spec",
            "identity",
            "grid",
            "trace",
            "inspect",
            "store",
            "results",
            "diagnose",
            "prescribe",
            "fix",
            "expect",
        ],
    ),
    (
        "terminal",
        &[
            "number",
            "code",
            "replace",
            "escape",
            "spec",
            "trace",
            "results",
            "store",
            "run",
            "diagnose",
            "prescribe",
            "fix",
            "expect",
            "study",
            "report",
        ],
    ),
    (
        "observe",
        &[
            "number", "replace", "spec", "identity", "grid", "weights", "trace", "results", "run",
            "diagnose", "study", "report", "terminal",
        ],
    ),
    (
        "session",
        &[
            "number", "spec", "identity", "grid", "import", "load", "results", "store", "run",
            "diagnose", "expect", "study", "report", "terminal", "observe",
        ],
    ),
];

/// Modules that may use all others: the command line, and what unit tests share.
const FREE: &[&str] = &["cli", "lib", "main", "testkit"];

/// Returns every file below `src/` with its module and its text.
fn sources() -> Vec<(PathBuf, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(&src).sort_by_file_name();
    let mut sources = Vec::new();
    for entry in files {
        let path = entry.unwrap().into_path();
        if path.extension().is_some_and(|end| end == "rs") {
            let below = path.strip_prefix(&src).unwrap();
            let first = below.components().next().unwrap().as_os_str();
            let room = Path::new(first).file_stem().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            sources.push((below.to_owned(), room.to_owned(), text));
        }
    }
    assert!(sources.len() > 20, "src/ was not found");
    sources
}

/// Returns the code of a file without comments and tests.
fn code(text: &str) -> String {
    let until_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    until_tests
        .lines()
        .map(|line| line.split("//").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the depth of a module: the number of `super`s from it to the crate.
fn depth(below: &Path) -> usize {
    let parts = below.components().count();
    let itself = ["mod.rs", "lib.rs", "main.rs"];
    let named = below.file_name().unwrap().to_str().unwrap();
    parts - usize::from(itself.contains(&named))
}

/// Returns the modules that a text names as `crate::module` or in `crate::{module…, module…}`, or with the right number
/// of `super::` instead of `crate::`.
fn used(code: &str, depth: usize) -> BTreeSet<String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let word = |text: &str| -> String { text.chars().take_while(|c| is_letter(*c)).collect() };
    let mut rooms = BTreeSet::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root).filter(|_| !root.is_empty()) {
            if code[..at].ends_with(is_letter) || code[..at].ends_with("super::") {
                continue;
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{') {
                None => drop(rooms.insert(word(rest))),
                Some(list) => rooms.extend(top_level(list).iter().map(|part| word(part.trim()))),
            }
        }
    }
    for none in ["", "self", "super"] {
        rooms.remove(none);
    }
    rooms
}

/// Returns the parts of `a::{b, c}, d}` up to its closing brace: `a::{b, c}` and `d`.
fn top_level(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(c);
    }
    parts
}

#[test]
fn every_module_uses_only_allowed_modules() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, room, text) in sources() {
        // Tests may use all modules.
        let tests = path
            .iter()
            .any(|part| part == "tests" || part == "tests.rs");
        if FREE.contains(&room.as_str()) || tests {
            continue;
        }
        let Some(allowed) = table.get(room.as_str()) else {
            wrong.push(format!(
                "{}: the module {room} is not in the table",
                path.display()
            ));
            continue;
        };
        for other in used(&code(&text), depth(&path)) {
            if other != room && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{}: {room} may not use {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_cycles() {
    let mut above = BTreeSet::new();
    for (room, uses) in ROOMS {
        for other in *uses {
            assert!(
                above.contains(other),
                "{room} uses {other}, which comes after it"
            );
        }
        above.insert(room);
    }
}

#[test]
fn only_a_few_modules_are_unsafe_and_only_two_print() {
    let mut wrong = Vec::new();
    for (path, room, text) in sources() {
        let code = code(&text);
        let mut words = Vec::new();
        let unsafe_files = [
            "data/array.rs",
            "solve/product/openblas.rs",
            "terminal/interrupt.rs",
        ]
        .map(Path::new);
        if !path.starts_with("stack/kernel") && !unsafe_files.contains(&&*path) {
            words.extend(["unsafe ", "allow(unsafe_code)"]);
        }
        if !["cli", "terminal"].contains(&room.as_str()) {
            let prints = [
                "println!", "print!", "eprint", "dbg!", "stdout()", "stderr()",
            ];
            words.extend(prints);
        }
        for word in words.iter().filter(|word| code.contains(**word)) {
            wrong.push(format!("{}: {word}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_parser_of_paths_finds_all_modules() {
    let rooms = |file: &str, code: &str| -> Vec<String> {
        used(code, depth(Path::new(file))).into_iter().collect()
    };
    let code =
        "use crate::spec::Sweep;\nuse crate::{grid::{Cell, Run}, trace};\nlet x = crate::nn::y();";
    assert_eq!(rooms("a/b.rs", code), ["grid", "nn", "spec", "trace"]);
    let code = "use super::spec;\nuse super::super::{grid, nn::y};\nuse super::super::super::seed;";
    assert_eq!(rooms("a.rs", code), ["spec"]);
    assert_eq!(rooms("a/mod.rs", code), ["spec"]);
    assert_eq!(rooms("a/b.rs", code), ["grid", "nn"]);
    assert_eq!(rooms("a/b/mod.rs", code), ["grid", "nn"]);
    assert_eq!(rooms("a/b/c.rs", code), ["seed"]);
}
