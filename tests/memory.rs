//! Compares the predicted memory of sweeps with the measured peak of their processes, for files with different memory
//! use. `cargo test --test memory -- --ignored --nocapture` prints a table.
//!
//! The peak is `VmHWM` of the process, which only Linux has.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::fmt::Write as _;
use std::fs::read_to_string;
use std::io::{Cursor, Write as _};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use support::Place;
use sweep::config::Overrides;
use sweep::execute::memory::Estimate;
use sweep::execute::{Executor, Options, Rerun, RunEvent, executors, groups, plan, train};
use sweep::load::{Loaded, load_text};
use sweep::store::Store;
use sweep::study::Storing;
use sweep::train::datasets::Files;

/// Bounds of the prediction relative to the peak.
const BOUNDS: std::ops::RangeInclusive<f64> = 0.8..=2.0;

/// Minimum peak in MB, well above the memory of the program itself, so that the ratio describes the sweep.
const LEAST: f64 = 120.0;

/// Sweep files with name, jobs and text. Each needs more than [`LEAST`].
const FILES: [(&str, &str, &str); 11] = [
    (
        "stack of small networks",
        "2",
        "target = 0.9\nseeds = 16\n[data]\nsource = 'linear'\nfeatures = 20\nrows = 40_000\n\
         [base]\nhidden = [16, 16]\nbatch = 64\nsteps = 20\n",
    ),
    (
        "three layers of 2560",
        "1",
        "target = 0.9\n[data]\nsource = 'sine'\nrows = 64\n[base]\nhidden = [2560, 2560, 2560]\nbatch = 8\nsteps = 2\n",
    ),
    (
        "784-512-256-10, two jobs",
        "2",
        "target = 0.9\nseeds = 2\n[data]\nsource = 'blobs'\nclasses = 10\nfeatures = 784\nrows = 6_000\nvalidation = 0.2\n\
         [base]\nhidden = [512, 256]\nbatch = 32\nsteps = 4\n",
    ),
    (
        "Adam in 64 bits",
        "1",
        "target = 0.9\n[data]\nsource = 'sine'\nrows = 64\n\
         [base]\nhidden = [1800, 1800]\noptimizer = 'adam'\nprecision = 'f64'\nbatch = 8\nsteps = 2\n",
    ),
    (
        "batch normalization, full batch",
        "1",
        "target = 0.9\nseeds = 16\n[data]\nsource = 'sine'\nrows = 16_000\n\
         [base]\nhidden = [32, 32, 32]\nbatch_norm = ['hidden']\nbatch = 'full'\nsteps = 3\n",
    ),
    (
        "dropout, momentum, two jobs",
        "2",
        "target = 0.9\nseeds = 2\n[data]\nsource = 'sine'\nrows = 64\n\
         [base]\nhidden = [1200, 1200, 1200, 1200, 1200]\ndropout = 0.3\nmomentum = 0.9\nbatch = 8\nsteps = 2\n",
    ),
    (
        "full batch of many rows",
        "2",
        "target = 0.9\n[data]\nsource = 'sine'\nrows = 2_000_000\nvalidation = 0.25\n\
         [base]\nhidden = [4]\nbatch = 'full'\nsteps = 1\n",
    ),
    (
        "least squares by a solver",
        "1",
        "target = 0.9\n[data]\nsource = 'gaussian'\nrows = 200_000\nfeatures = 99\n\
         [base]\nmodel = 'linear'\nsolver = 'normal-equations'\n",
    ),
    (
        "CSV",
        "1",
        "target = 0.9\n[data]\nsource = { csv = 'rows.csv', target = 'y' }\n[base]\nhidden = [8]\nsteps = 2\n",
    ),
    (
        "mapped npy, by a solver",
        "1",
        "target = 0.9\n[data]\nsource = { npy = 'x.npy', target = 'y.npy' }\nvalidation = 0.0\n\
         [base]\nmodel = 'linear'\nsolver = 'gd'\nepochs = 3\n",
    ),
    (
        "npz",
        "1",
        "target = 0.9\n[data]\nsource = { npz = 'rows.npz', features = 'x', target = 'y' }\n[base]\nhidden = [8]\nsteps = 2\n",
    ),
];

/// A file for the autograd executor, which trains custom models; the library runs it in a child process.
const AUTOGRAD: &str = "target = 0.9\n[data]\nsource = 'sine'\nrows = 4_000\n\
                        [base]\nhidden = [1000, 1000]\nbatch = 1000\nsteps = 2\n";

const ROWS: usize = 200_000;
const FEATURES: usize = 40;

/// Reproducible numbers for data files, with about the same number of digits.
fn value(i: usize) -> f64 {
    ((i as f64 * 0.618_034).fract() * 1e4).round() / 1e4
}

fn npy(rows: usize, columns: usize) -> Vec<u8> {
    let dict =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let dict = format!("{dict:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dict.len() as u16).to_le_bytes());
    bytes.extend(dict.bytes());
    (0..rows * columns).for_each(|i| bytes.extend(value(i).to_le_bytes()));
    bytes
}

fn write_data(place: &Place) {
    std::fs::write(place.path("x.npy"), npy(ROWS, FEATURES)).unwrap();
    std::fs::write(place.path("y.npy"), npy(ROWS, 1)).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, columns) in [("x.npy", FEATURES), ("y.npy", 1)] {
        let options = zip::write::SimpleFileOptions::default();
        let options = options.compression_method(zip::CompressionMethod::Stored);
        zip.start_file(name, options).unwrap();
        zip.write_all(&npy(ROWS, columns)).unwrap();
    }
    std::fs::write(place.path("rows.npz"), zip.finish().unwrap().into_inner()).unwrap();
    let mut csv: String = (1..FEATURES).fold(String::new(), |mut text, j| {
        write!(text, "x{j},").unwrap();
        text
    });
    csv.push_str("y\n");
    for row in 0..ROWS / 2 {
        for j in 0..FEATURES {
            let end = if j + 1 == FEATURES { '\n' } else { ',' };
            write!(csv, "{}{end}", value(row * FEATURES + j)).unwrap();
        }
    }
    std::fs::write(place.path("rows.csv"), csv).unwrap();
}

/// Returns the peak memory of a process in MB.
fn peak(mut command: Command) -> f64 {
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0.0;
    let ended = loop {
        let now = high_water(&status);
        most = now.max(most);
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(ended.success(), "{:?}", child.wait_with_output());
    most
}

/// Returns `VmHWM` in MB; 0 for a process that has ended.
fn high_water(status: &str) -> f64 {
    let text = read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kb.unwrap_or(0.0) * 1024.0 / 1e6
}

/// Returns the predicted MB from the output of `sweep plan`: of the process plus mapped files.
fn predicted(plan: &str) -> f64 {
    let line = plan.lines().find(|line| line.contains("memory: ")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let mb = words.windows(2).filter(|pair| pair[1] == "MB");
    mb.map(|pair| pair[0].parse::<f64>().unwrap()).sum()
}

#[test]
#[ignore = "run by .ci/run by itself, since it measures processes of several hundred MB"]
fn predictions_are_near_measured_peaks() {
    let place = Place::new();
    write_data(&place);
    let mut table = Vec::new();
    for (i, (name, jobs, text)) in FILES.into_iter().enumerate() {
        let file = format!("{i}.toml");
        place.write(&file, text);
        let plan = place.sweep(&["plan", &file, "--jobs", jobs]);
        assert_eq!(plan.code, Some(0), "{}", plan.err);
        let peak = peak(place.command(&["run", &file, "--jobs", jobs]));
        table.push((name, predicted(&plan.out), peak));
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "autograd_child", "--ignored", "--nocapture"]);
    child.env("SWEEP_TEST_CHILD", AUTOGRAD);
    let child = child.output().unwrap();
    let printed = String::from_utf8_lossy(&child.stdout);
    let numbers = printed
        .lines()
        .find_map(|line| line.strip_prefix("MB "))
        .unwrap();
    let numbers: Vec<f64> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
    table.push(("autograd executor", numbers[0], numbers[1]));

    println!("| file | predicted, MB | peak, MB | ratio |\n|---|---|---|---|");
    for (name, predicted, peak) in &table {
        let ratio = predicted / peak;
        println!("| {name} | {predicted:.0} | {peak:.0} | {ratio:.2} |");
    }
    for (name, predicted, peak) in table {
        assert!(
            peak > LEAST,
            "{name} takes too little to be compared: {peak:.0} MB"
        );
        let ratio = predicted / peak;
        assert!(
            BOUNDS.contains(&ratio),
            "{name}: predicted over peak is {ratio:.2}"
        );
    }
}

/// The child process for the autograd executor.
#[test]
#[ignore = "run by .ci/run as a child process of the other test"]
fn autograd_child() {
    let Ok(text) = std::env::var("SWEEP_TEST_CHILD") else {
        return;
    };
    let loaded = load_text("a.toml".as_ref(), &text, &Overrides::default()).unwrap();
    let Loaded {
        sweep,
        cells,
        files,
    } = loaded;
    let [.., autograd] = executors();
    let executors: [Executor; 1] = [autograd];
    let nothing = |_| Ok(None);
    let plan = plan(
        cells,
        &sweep.seeds,
        &files,
        &nothing,
        &executors,
        Rerun::Nothing,
    )
    .unwrap();
    let groups = groups(&plan, &executors);
    let predicted = Estimate::new(&plan, &groups, &files, false).peak(&groups, 1);
    let predicted = predicted.bytes / 1e6;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let options = Options {
        jobs: 1,
        ..Options::default()
    };
    let cancelled = AtomicBool::new(false);
    let files: &Files = &files;
    let hear = |_: RunEvent| ();
    let storing = Storing::new(&store, &hear);
    let hear = |event: RunEvent| storing.hear(event);
    let trained = train(plan, &executors, files, &options, &cancelled, &hear);
    assert!(trained.unwrap().1.is_complete());
    println!("MB {predicted} {}", high_water("/proc/self/status"));
}
