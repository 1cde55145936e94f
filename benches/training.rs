//! How long a step of one run takes, at the workloads beside this file: planned, trained, observed and
//! stored through the calls that the command line makes. Speaks as the programs in `peers/` do: the
//! repetitions of one workload as JSON, with what its runs cost beside their steps and what the
//! processor could do at its best. With no workload named, all of them as a table.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use clap::Parser;
use pulp::{Arch, Simd, WithSimd};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use sweep::config::Overrides;
use sweep::config::settings::Budget;
use sweep::execute::{Options, Rerun, executors, plan, train};
use sweep::load::{Loaded, load};
use sweep::store::Store;
use sweep::study::Storing;
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
    /// Epochs of every run, in place of those in the file and of as many as fill the time.
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
        let time = median(times.iter().map(|time| time.as_f64().unwrap()));
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        println!("{name:20} {time:8.3} µs a step of one run");
    }
}

/// Every repetition, in microseconds per step of one run.
fn measure(file: &Path, arguments: &Arguments) -> serde_json::Value {
    let jobs = arguments.processes;
    let first = Training::of(file, 1).run(jobs);
    let epochs = arguments
        .epochs
        .unwrap_or_else(|| enough(file, arguments.seconds, jobs));
    // Side by side with short trainings, which cost little but what every run costs once.
    let brief = (epochs / 10).max(1);
    let (mut all, mut short) = (Vec::new(), Vec::new());
    for _ in 0..arguments.repetitions {
        short.push(Training::of(file, brief).run(jobs).seconds);
        all.push(Training::of(file, epochs).run(jobs));
    }
    let seconds = median(all.iter().map(|run| run.seconds));
    let of_steps = (seconds - median(short)) / (epochs - brief).max(1) as f64 * epochs as f64;
    let times: Vec<f64> = all
        .iter()
        .map(|run| 1e6 * run.seconds / run.steps as f64)
        .collect();
    let last = all.last().unwrap();
    serde_json::json!({
        "networks": last.networks,
        "epochs": epochs,
        "microseconds": times,
        "beside_steps": (1.0 - of_steps / seconds).max(0.0),
        "peak": peak(jobs),
        "first_loss": first.loss,
        "last_loss": last.loss,
    })
}

/// The file's epochs, or more, so that a training takes this long.
fn enough(file: &Path, seconds: f64, jobs: usize) -> usize {
    let cells = load(file, &Overrides::default()).unwrap().cells;
    let Budget::Epochs(asked) = cells[0].settings.budget else {
        panic!("{} does not say how many epochs", file.display());
    };
    let mut epochs = 4;
    loop {
        let took = Training::of(file, epochs).run(jobs).seconds;
        if took > seconds / 4.0 {
            return asked.max((seconds / took * epochs as f64).ceil() as usize);
        }
        epochs *= 4;
    }
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Fused multiply-adds of 32 bits a second that this many threads can do together.
fn peak(threads: usize) -> f64 {
    let each = |_| std::thread::spawn(|| Arch::new().dispatch(Peak));
    let threads: Vec<_> = (0..threads).map(each).collect();
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum()
}

/// Chains of multiply-adds that no memory and no other instruction holds up.
struct Peak;

impl WithSimd for Peak {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        const STEPS: usize = 5_000_000;
        let mut best = 0.0_f64;
        for _ in 0..5 {
            let mut sums = [simd.splat_f32s(0.1); 10];
            let factor = simd.splat_f32s(0.999);
            let clock = Instant::now();
            for _ in 0..STEPS {
                for sum in &mut sums {
                    *sum = simd.mul_add_f32s(*sum, factor, factor);
                }
            }
            let done = (STEPS * sums.len() * S::F32_LANES) as f64;
            best = best.max(done / clock.elapsed().as_secs_f64());
            std::hint::black_box(sums.map(|sum| simd.reduce_sum_f32s(sum)));
        }
        best
    }
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
        let executors = executors();
        let plan = plan(
            cells,
            &sweep.seeds,
            &files,
            &|_| Ok(None),
            &executors,
            Rerun::All,
        )
        .unwrap();
        let cancelled = AtomicBool::new(false);
        let storing = Storing::new(&store, &|_| ());
        let trained = train(plan, &executors, &files, &options, &cancelled, &|event| {
            storing.hear(event)
        });
        let seconds = clock.elapsed().as_secs_f64();
        let (results, summary) = trained.unwrap();
        assert!(summary.is_complete());
        let runs = results.cells.iter().flat_map(|cell| &cell.runs);
        let traces: Vec<&Trace> = runs.map(|run| &*run.trained.as_ref().unwrap().0).collect();
        let losses = traces.iter().map(|trace| trace.end().unwrap().loss.0);
        Trained {
            networks: traces.len(),
            seconds,
            steps: traces.iter().map(|trace| trace.steps).sum(),
            loss: losses.sum::<f64>() / traces.len() as f64,
        }
    }
}
