//! How long a step of one run takes, at the workloads beside this file: planned, trained, observed and
//! stored through the calls that the command line makes. Speaks as the programs in `peers/` do: the
//! repetitions of one workload as JSON. With no workload named, all of them as a table.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use clap::Parser;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use sweep::load::{Loaded, load};
use sweep::run::{Options, Rerun, engines, plan, train};
use sweep::spec::Overrides;
use sweep::spec::settings::Budget;
use sweep::store::Store;
use sweep::trace::Trace;

/// Times the training of a workload.
#[derive(Parser)]
struct Arguments {
    /// A file beside this one, without its ending.
    workload: Option<String>,
    /// Workers.
    #[arg(long, default_value_t = 2)]
    processes: usize,
    /// Of each worker.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1))]
    threads: u64,
    /// Least length of a repetition.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    #[arg(long, default_value_t = 5)]
    repetitions: usize,
    /// Epochs of every run, in place of as many as fill the time.
    #[arg(long)]
    epochs: Option<usize>,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/workloads");
    if let Some(name) = &arguments.workload {
        println!(
            "{}",
            measure(&folder.join(format!("{name}.toml")), &arguments)
        );
        return;
    }
    let files = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let result = measure(&file, &arguments);
        let times = result["microseconds"].as_array().unwrap();
        let mut times: Vec<f64> = times.iter().map(|time| time.as_f64().unwrap()).collect();
        times.sort_by(f64::total_cmp);
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        println!(
            "{name:20} {:8.3} µs a step of one run",
            times[times.len() / 2]
        );
    }
}

/// Every repetition, in microseconds per step of one run.
fn measure(file: &Path, arguments: &Arguments) -> serde_json::Value {
    let jobs = arguments.processes;
    let first = Training::of(file, 1).run(jobs);
    let epochs = arguments.epochs.unwrap_or_else(|| {
        // A first guess from a short training, and a better one from that.
        let guess = (arguments.seconds / 10.0 / first.seconds).ceil() as usize;
        let second = Training::of(file, guess.max(2)).run(jobs);
        (arguments.seconds / second.seconds * guess.max(2) as f64).ceil() as usize
    });
    let all: Vec<Trained> = (0..arguments.repetitions)
        .map(|_| Training::of(file, epochs).run(jobs))
        .collect();
    let times: Vec<f64> = all
        .iter()
        .map(|run| 1e6 * run.seconds / run.steps as f64)
        .collect();
    let last = all.last().unwrap();
    serde_json::json!({
        "networks": last.networks,
        "epochs": epochs,
        "microseconds": times,
        "first_loss": first.loss,
        "last_loss": last.loss,
    })
}

/// A sweep that is ready to be trained.
struct Training(Loaded);

/// What came of it.
struct Trained {
    networks: usize,
    seconds: f64,
    /// Of all runs together.
    steps: u64,
    /// Mean over the runs, at the end.
    loss: f64,
}

impl Training {
    /// A workload with so many epochs.
    fn of(file: &Path, epochs: usize) -> Training {
        let mut loaded = load(file, &Overrides::default()).unwrap();
        for cell in &mut loaded.cells {
            cell.settings.budget = Budget::Epochs(epochs);
        }
        Training(loaded)
    }

    /// From the plan to the store.
    fn run(self, jobs: usize) -> Trained {
        let Loaded {
            sweep,
            cells,
            files,
        } = self.0;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let options = Options {
            jobs,
            ..Options::default()
        };
        let clock = Instant::now();
        let engines = engines();
        let plan = plan(&sweep, cells, &files, &|_| Ok(None), &engines, Rerun::All).unwrap();
        let cancelled = AtomicBool::new(false);
        let trained = train(
            plan,
            &engines,
            &files,
            &store,
            &options,
            &cancelled,
            &|_| (),
        );
        let seconds = clock.elapsed().as_secs_f64();
        let (results, summary) = trained.unwrap();
        assert!(summary.is_complete());
        let runs = results.cells.iter().flat_map(|cell| &cell.runs);
        let traces: Vec<&Trace> = runs.map(|run| &run.trained.as_ref().unwrap().0).collect();
        let losses = traces
            .iter()
            .map(|trace| trace.risks.last().unwrap().train.loss.0);
        Trained {
            networks: traces.len(),
            seconds,
            steps: traces.iter().map(|trace| trace.steps).sum(),
            loss: losses.sum::<f64>() / traces.len() as f64,
        }
    }
}
