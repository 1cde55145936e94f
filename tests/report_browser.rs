//! Tests every page of a small report in a browser, with `tests/browser/drive.mjs`.
//!
//! It needs Chromium, Node and npm, which installs playwright-core and axe-core in the versions of
//! `tests/browser/package-lock.json`. If a tool is missing, the test prints what to install and checks nothing. With
//! `SWEEP_REQUIRE=browser`, as in `.ci/run`, it fails instead.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::required::skip;
use support::{LONG, Place};

/// Learning rates from too low to diverging: curves, verdicts, fixes, markers of divergence.
const RATES: &str = r#"
title = "Learning rates"
about = "From too **low** to too high."
seeds = 2

[data]
source = "sine"
rows = 64
validation = 0.25

[base]
model = "mlp"
hidden = [8, 8]
optimizer = "sgd"
batch = 16
epochs = 30

[grid]
lr = [1e-4, 0.01, 0.1, 100.0]

[[expect]]
where = { lr = 0.1 }
skill = { above = -10.0 }

[[expect]]
where = { lr = 1e-4 }
skill = { above = 0.99 }
"#;

/// Two classes, two axes, one excluded cell.
const CLASSES: &str = r#"
title = "Two moons"
seeds = 2

[data]
source = "moons"
rows = 64
validation = 0.25

[base]
model = "mlp"
width = 8
activation = "tanh"
output = "sigmoid"
loss = "bce"
optimizer = "adam"
batch = 16
epochs = 20

[grid]
depth = [1, 2]
lr = [0.001, 0.01, 0.1]

[[exclude]]
where = { depth = 1, lr = 0.1 }
"#;

/// More layers than lines can distinguish.
const DEEP: &str = r#"
title = "Twelve layers"

[data]
source = "sine"
rows = 32

[base]
model = "mlp"
depth = 12
width = 4
optimizer = "sgd"
lr = 0.01
batch = 16
epochs = 4
"#;

#[test]
fn every_page_works_in_a_browser() {
    let tools = match tools() {
        Ok(tools) => tools,
        Err(missing) => return skip("browser", &missing),
    };
    let place = Place::new();
    place.write("sweeps/rates.toml", RATES);
    place.write("sweeps/classes.toml", CLASSES);
    place.write("sweeps/deep/twelve.toml", DEEP);
    let ran = place.sweep(&["run", "--fix", "--standalone", "sweeps"]);
    assert!(place.path("reports/index.html").exists(), "{}", ran.err);
    place.write("long.toml", &LONG.replace("3000", "300_000"));
    let mut child = place.start(&["long.toml", "--out", "running"]);
    let running = "running/long/index.html";
    place.wait_for(running, "of 24 runs finished");
    child.kill().unwrap();
    child.wait().unwrap();

    for page in ["classes", "deep/twelve"] {
        let runs = fs::read_dir(place.path(format!("reports/{page}/runs"))).unwrap();
        let mut names: Vec<_> = runs.map(|run| run.unwrap().file_name()).collect();
        names.sort();
        let id = &names[0].to_str().unwrap()[..32];
        let ran = place.sweep(&["inspect", id]);
        assert_eq!(ran.code, Some(0), "{page}: {}", ran.err);
    }

    let driven = Command::new("node")
        .arg(sources().join("drive.mjs"))
        .arg(place.path("reports"))
        .arg("rates")
        .arg(place.path(running))
        .env("NODE_PATH", tools.modules)
        .env("CHROMIUM", tools.chromium)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&driven.stdout);
    let failed = String::from_utf8_lossy(&driven.stderr);
    assert!(driven.status.success(), "{said}{failed}");
    let reruns = said.lines().filter_map(|line| line.strip_prefix("rerun "));
    let reruns: Vec<_> = reruns.filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(reruns.len(), 3, "{said}");
    for (id, command) in reruns {
        trains_again(&place, id, command);
    }
}

/// Checks that the command on the page of a run trains that run.
fn trains_again(place: &Place, id: &str, command: &str) {
    let words = command.replacen("sweep", env!("CARGO_BIN_EXE_sweep"), 1);
    let folder = place.path("rerun");
    let _ = fs::remove_dir_all(&folder);
    let mut shell = Command::new("sh");
    let ran = shell.args(["-c", &words]).current_dir(place.path(""));
    ran.output().unwrap();
    let files = walkdir::WalkDir::new(folder).into_iter();
    let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    let runs: Vec<_> = names.filter(|name| name.len() == 35).collect();
    assert_eq!(runs, [format!("{id}.js")], "{command}");
}

/// The tools for the browser.
struct Tools {
    chromium: PathBuf,
    modules: PathBuf,
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// Returns the tools, or the missing one and how to install it.
fn tools() -> Result<Tools, String> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let chromium = named.or_else(|| known.iter().find_map(|name| found(name)));
    let chromium = chromium.filter(|path| path.exists());
    let missing: Vec<&str> = [
        ("Chromium", chromium.is_some()),
        ("Node", found("node").is_some()),
        ("npm", found("npm").is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_there)| (!is_there).then_some(name))
    .collect();
    match chromium {
        Some(chromium) if missing.is_empty() => Ok(Tools {
            chromium,
            modules: modules()?,
        }),
        _ => Err(format!(
            "{} not found. On Debian: apt-get install chromium nodejs npm. CHROMIUM can be the path of a \
             browser.",
            missing.join(" and ")
        )),
    }
}

/// Returns the path of a program.
fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.into_iter().find(|file| file.is_file())
}

/// Returns the folder of Node modules below `target/`, and installs them if versions differ.
fn modules() -> Result<PathBuf, String> {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let modules = own.join("node_modules");
    let lock = fs::read(sources().join("package-lock.json")).unwrap();
    let done = own.join("installed");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    fs::create_dir_all(&own).unwrap();
    for file in ["package.json", "package-lock.json"] {
        fs::copy(sources().join(file), own.join(file)).unwrap();
    }
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    let ran = Command::new("npm").args(install).current_dir(&own).output();
    let ran = ran.map_err(|error| format!("failed to start npm: {error}"))?;
    if !ran.status.success() {
        let why = String::from_utf8_lossy(&ran.stderr);
        return Err(format!(
            "npm could not install playwright-core and axe-core (is there a network?): {why}"
        ));
    }
    fs::write(&done, lock).unwrap();
    Ok(modules)
}
