//! The arguments of the command line, with their help texts.

use super::values;
use crate::execute::Rerun;
use crate::export::Format;
use crate::terminal::output::Output;
use anstream::ColorChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Run hyperparameter sweeps, diagnose failed runs, and write an HTML report.
#[derive(Debug, Parser)]
#[command(name = "sweep", version, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(arg_required_else_help = true)]
#[command(
    override_usage = "sweep [OPTIONS] FILE...\n       sweep COMMAND",
    after_help = "\
`sweep FILE...` is short for `sweep run FILE...`.

Terms:
  axis      a swept hyperparameter: a key with several values
  cell      one combination of values, with one value per axis (a trial)
  run       one cell trained with one seed
  executor  the backend that trains a run

Exit codes:
  0  success
  1  check: an expectation fails or a baseline changed;
     fix, --fix: a failing cell has no verified fix
  2  a sweep file or the command line is wrong
  3  a required run crashed, timed out, did not fit into memory or was not trained
     (reference runs are not required), an expectation is inconclusive, results could not
     be written, or the command was interrupted

A diverged run is a normal result. Results go to stdout, progress and messages to stderr.

Environment:
  SWEEP_MEMORY  Memory limit, such as 600MB or 4GiB. Default: the memory that the machine and
                its cgroups leave. Runs that do not fit are not started; their outcome is too-large.
  NO_COLOR      Disable colors"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train all runs that are not cached, write the report, and print a summary with diagnoses.
    Run(RunArgs),
    /// Dry run: show cells, cached runs, executors (backends), and estimated time and memory.
    Plan(PlanArgs),
    /// Run, then check the `[[expect]]` blocks (for CI).
    Check(CheckArgs),
    /// Run, then train suggested fixes for failing cells and report which ones work.
    Fix(FixArgs),
    /// Replay one run (bit-identical) and record predictions, weight histograms and the loss along its
    /// trajectory.
    Inspect(InspectArgs),
    /// Write the report from cached runs; train nothing.
    Report(ReportArgs),
    /// Export stored runs to CSV, JSON Lines, Parquet, TensorBoard or MLflow.
    Export(ExportArgs),
    /// Import training runs of other programs, and diagnose and report them.
    Import(ImportArgs),
    /// List the stored sweeps and the number of stored runs.
    List(ListArgs),
    /// Explain a diagnosis: meaning, causes, symptoms and fixes. Without CODE, list all.
    Explain(ExplainArgs),
    /// Rewrite deprecated words of sweep files in place; comments and layout stay.
    Migrate(MigrateArgs),
    /// Print the JSON Schema of sweep files, for editors.
    Schema,
    /// Write a commented starter file that trains in seconds.
    Init(InitArgs),
    /// Train runs that another process requests: JSON Lines on stdin, traces on stdout.
    #[command(name = "__worker", hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// Then train suggested fixes for failing cells, as `sweep fix` does.
    #[arg(long)]
    pub fix: bool,
    #[command(flatten)]
    pub fixes: FixDisplayArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct FixArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// For each fix, also train a random change of the same number of keys, and count the cells that these
    /// changes fix.
    #[arg(long)]
    pub control: bool,
    #[command(flatten)]
    pub fixes: FixDisplayArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub files: FileArgs,
    /// Write the verdicts as JUnit XML.
    #[arg(long, value_name = "PATH")]
    pub junit: Option<PathBuf>,
    /// Save the diagnosis and losses of each cell as a baseline, in baselines/NAME/ next to the sweep
    /// file.
    #[arg(long, value_name = "NAME", value_parser = values::name, conflicts_with = "baseline")]
    pub save_baseline: Option<String>,
    /// Compare the diagnosis and losses of each cell with a baseline; exit with 1 if any changed.
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub baseline: Option<String>,
    #[command(flatten)]
    pub training: TrainingArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub work: WorkArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Rows are in the order of the grid, then of the seeds. The same store gives the same bytes.

NaN and infinities are written as NaN, inf and -inf in CSV, as the strings \"NaN\", \"inf\" and \"-inf\" \
in JSON Lines, and as floats elsewhere. Missing values are empty or null.

Steps count updates. In TensorBoard and MLflow, all points of a run carry the start time of the run.")]
pub struct ExportArgs {
    #[command(flatten)]
    pub files: FileArgs,
    /// Output format.
    #[arg(long, value_name = "FORMAT", value_parser = values::format())]
    pub to: Format,
    /// Output folder, with one folder per sweep [default: export/FORMAT in the report folder].
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Also write the tables of curves and layers. TensorBoard, MLflow and traces always include curves.
    #[arg(long)]
    pub curves: bool,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A trace is the record of one run: hyperparameters, losses, and optionally statistics of layers. Its form is \
docs/trace.schema.json; what a trace leaves out, the diagnosis does without.

Traces with the same hyperparameters are one cell, with one run per seed.")]
pub struct ImportArgs {
    /// Files with one trace (*.json) or one per line (*.jsonl), and folders of them.
    #[arg(required = true, value_name = "TRACE")]
    pub traces: Vec<PathBuf>,
    /// Name of the sweep and of its page [default: the name of the first file].
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub name: Option<String>,
    /// Title of the page [default: the name].
    #[arg(long)]
    pub title: Option<String>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Run ID or unique prefix (at least 4 hex digits), as on the page of the run.
    #[arg(value_parser = values::run)]
    pub run: String,
    /// Repeat the `--set` options with which the run was trained.
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::setting)]
    pub set: Vec<(String, String)>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Diagnosis code, such as vanishing-gradients.
    pub code: Option<String>,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Sweep files, or folders that contain *.toml files at any depth.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print the changes and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub display: DisplayArgs,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// File to write; must not exist.
    #[arg(default_value = "sweep.toml")]
    pub file: PathBuf,
    /// Write the built-in report templates to this folder instead, as a start for custom ones.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub templates: Option<PathBuf>,
    #[command(flatten)]
    pub display: DisplayArgs,
}

/// Sweep files and overrides of their keys.
#[derive(Debug, Clone, Args)]
pub struct FileArgs {
    /// Sweep files, or folders that contain *.toml files at any depth.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Override a key for all cells; a swept hyperparameter (axis) then has this one value only. Repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::setting)]
    pub set: Vec<(String, String)>,
    /// Override the seeds: a count (5: seeds 0 to 4), a list (1,2,3) or a range that excludes its end (100..120:
    /// seeds 100 to 119).
    #[arg(long, value_parser = values::seeds)]
    pub seeds: Option<values::Seeds>,
    #[command(flatten)]
    pub out: OutArgs,
}

#[derive(Debug, Clone, Args)]
pub struct OutArgs {
    /// Folder of the report and of the store, sweep.db.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub out: PathBuf,
}

/// Options of the report.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// Also write the report as one self-contained file, standalone.html, next to the page of the sweep.
    /// Later commands update it too, without this option.
    #[arg(long)]
    pub standalone: bool,
    /// Use custom templates: files in DIR replace the built-in templates of the same name (see
    /// `sweep init --templates`).
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
}

/// Options of training. None of them changes a result.
#[derive(Debug, Args)]
pub struct TrainingArgs {
    #[command(flatten)]
    pub work: WorkArgs,
    /// Time limit per run: 30s, 5m, 1h; a number without unit is in seconds.
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Stop after the first run that crashes, times out or does not fit into memory.
    #[arg(long)]
    pub fail_fast: bool,
    /// Save the final weights of each run as DIR/<sweep>/<run>.safetensors; without DIR, in weights/ next to
    /// the page of the sweep. Cached runs without saved weights are trained again, with bit-identical results.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    pub save_weights: Option<Option<PathBuf>>,
    /// Write every event of the training to a file as JSON Lines; `-` for stdout, which then has no other output.
    #[arg(long, value_name = "FILE")]
    pub events: Option<PathBuf>,
}

/// Options that select what is trained, and how much of it in parallel.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Number of workers; each trains one run, or up to 16 small runs together [default: one per core].
    #[arg(short, long, value_parser = values::jobs)]
    pub jobs: Option<usize>,
    /// Re-run cached runs: `crashed` or `all`.
    #[arg(long, value_name = "WHICH")]
    pub rerun: Option<RerunArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RerunArg {
    /// Runs that crashed or timed out.
    #[value(alias = "failed")]
    Crashed,
    /// All runs.
    All,
}

/// Options of the output about fixes.
#[derive(Debug, Args, Clone, Copy)]
pub struct FixDisplayArgs {
    /// List the suggested fixes that do not apply to a failing cell, with reasons.
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// Options of output.
#[derive(Debug, Args, Clone, Default)]
pub struct DisplayArgs {
    /// Print the result as one JSON document, and no other text on stdout; with =PATH, write it to a file.
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    pub json: Option<Option<PathBuf>>,
    /// Print results and errors only; no progress, no messages.
    #[arg(short, long)]
    pub quiet: bool,
    /// When to use colors.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum ColorArg {
    /// If the output is a terminal and NO_COLOR is not set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl WorkArgs {
    /// Returns which cached runs to train again.
    pub fn rerun(&self) -> Rerun {
        match self.rerun {
            None => Rerun::Nothing,
            Some(RerunArg::Crashed) => Rerun::Crashed,
            Some(RerunArg::All) => Rerun::All,
        }
    }
}

impl From<ColorArg> for ColorChoice {
    fn from(color: ColorArg) -> ColorChoice {
        match color {
            ColorArg::Auto => ColorChoice::Auto,
            ColorArg::Always => ColorChoice::Always,
            ColorArg::Never => ColorChoice::Never,
        }
    }
}

impl Cli {
    /// Returns the output of the command.
    pub fn output(&self) -> Output {
        let (command, display, training) = match &self.command {
            None => ("run", Some(&self.run.display), Some(&self.run.training)),
            Some(Command::Run(args)) => ("run", Some(&args.display), Some(&args.training)),
            Some(Command::Check(args)) => ("check", Some(&args.display), Some(&args.training)),
            Some(Command::Fix(args)) => ("fix", Some(&args.display), Some(&args.training)),
            Some(Command::Plan(args)) => ("plan", Some(&args.display), None),
            Some(Command::Report(args)) => ("report", Some(&args.display), None),
            Some(Command::Export(args)) => ("export", Some(&args.display), None),
            Some(Command::Import(args)) => ("import", Some(&args.display), None),
            Some(Command::Inspect(args)) => ("inspect", Some(&args.display), None),
            Some(Command::Migrate(args)) => ("migrate", Some(&args.display), None),
            Some(Command::List(args)) => ("list", Some(&args.display), None),
            Some(Command::Explain(args)) => ("explain", Some(&args.display), None),
            Some(Command::Init(args)) => ("init", Some(&args.display), None),
            Some(Command::Schema) => ("schema", None, None),
            Some(Command::Worker) => ("__worker", None, None),
        };
        let display = display.cloned().unwrap_or_default();
        let events = training.and_then(|training| training.events.clone());
        Output::new(
            command,
            display.quiet,
            display.color.into(),
            display.json,
            events,
        )
    }
}
