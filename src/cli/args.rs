//! What can be said on the command line.

use super::values;
use crate::run::Rerun;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Trains every cell of a grid of small neural networks, or of a sample of it, and reports what happened in
/// each.
#[derive(Debug, Parser)]
#[command(name = "sweep", version, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(arg_required_else_help = true)]
#[command(
    override_usage = "sweep [OPTIONS] FILE...\n       sweep COMMAND",
    after_help = "\
`sweep FILE...` is short for `sweep run FILE...`.

Exit codes: 0 all is well, 1 an expectation failed, a baseline changed or a failing cell has no cure, 2 a file or the command line is wrong, 3 not all \
runs came to an end, an expectation is inconclusive, results could not be written, or the command was \
interrupted. Results go to stdout, progress and messages to stderr.

The environment variable SWEEP_MEMORY limits the memory that sweep may use, for shared machines: 600MB, \
4GiB. Without it, the memory that is available on the machine and in the process's cgroups is the limit. Runs that \
don't fit are not started and end as too-large."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train what is not in the store yet, write the report, print a table of cells with what is wrong
    /// with them.
    Run(RunArgs),
    /// Print axes, cells, how they are drawn, what is in the store, what is to be trained, and the time and
    /// memory to expect; train nothing.
    Plan(PlanArgs),
    /// Run, then hold the results against the file's expectations.
    Check(CheckArgs),
    /// Run, then try on every failing cell what should cure it, and print what does.
    Fix(FixArgs),
    /// Train one run again, to the same bits, and show what a report has no room for: its outputs and
    /// weights on their way, and the risk along their path.
    Inspect(InspectArgs),
    /// Write the report again, from the files and the store.
    Report(ReportArgs),
    /// Write what the store has of the files' runs for other programs: tables, TensorBoard, MLflow; train
    /// nothing.
    Export(ExportArgs),
    /// Print what the store holds.
    List(ListArgs),
    /// Print what a diagnosis means, why it happens, what it looks like and what helps; without CODE,
    /// list them all.
    Explain(ExplainArgs),
    /// Rewrite deprecated words of sweep files in place; comments and layout stay.
    Migrate(MigrateArgs),
    /// Print the JSON Schema of sweep files, for editors.
    Schema,
    /// Write a starter file, with comments, that runs in seconds.
    Init(InitArgs),
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// Then try on every failing cell what should cure it, as `sweep fix` does.
    #[arg(long)]
    pub fix: bool,
    #[command(flatten)]
    pub fixes: FixLookArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct FixArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    /// Try a random change of the same size beside each, and print how many cells these cure.
    #[arg(long)]
    pub control: bool,
    #[command(flatten)]
    pub fixes: FixLookArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub files: FileArgs,
    /// Write the verdicts as JUnit XML, too.
    #[arg(long, value_name = "PATH")]
    pub junit: Option<PathBuf>,
    /// Write the verdicts as JSON, cell by cell, too.
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,
    /// Keep the diagnosis and the losses of every cell as a baseline, in baselines/NAME/ beside the
    /// file.
    #[arg(long, value_name = "NAME", value_parser = values::name, conflicts_with = "baseline")]
    pub save_baseline: Option<String>,
    /// Hold the diagnosis and the losses of every cell against a baseline, and exit with 1 where they
    /// have changed.
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub baseline: Option<String>,
    #[command(flatten)]
    pub training: TrainingArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub work: WorkArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Runs come in the order of the grid, then of the seeds; the same store gives the same bytes. NaN and the \
infinities are NaN, inf and -inf in CSV, the texts \"NaN\", \"inf\" and \"-inf\" in JSON lines, and \
themselves elsewhere. What is not there is empty, or null. Steps count updates; the points of a run in \
TensorBoard and MLflow all carry the time of its start.")]
pub struct ExportArgs {
    #[command(flatten)]
    pub files: FileArgs,
    /// The format.
    #[arg(long, value_name = "FORMAT")]
    pub to: FormatArg,
    /// The folder to write into, where every sweep has its own [default: export/FORMAT in the report folder].
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Beside the table of runs, write those of curves and of layers. TensorBoard and MLflow have curves in
    /// any case.
    #[arg(long)]
    pub curves: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

/// What `sweep export` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Comma-separated values; texts that a spreadsheet would run as formulas start with '.
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// Apache Parquet, where sweep was built with the feature `parquet`.
    Parquet,
    /// Event files of scalars and hyperparameters, a folder per run.
    Tensorboard,
    /// A file store, which MLflow 3 reads where MLFLOW_ALLOW_FILE_STORE=true is set, or takes into a
    /// database by `mlflow migrate-filestore`.
    Mlflow,
}

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The run, by the start of its name: four of its hexadecimal digits at least. Its page tells it.
    #[arg(value_parser = values::run)]
    pub run: String,
    /// Give a key another base value, as when the run was trained. Repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::setting)]
    pub set: Vec<(String, String)>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub pages: PageArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A diagnosis, such as vanishing-gradients.
    pub code: Option<String>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Sweep files, or folders that are walked for *.toml.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print the changes and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The file to write; must not exist.
    #[arg(default_value = "sweep.toml")]
    pub file: PathBuf,
    /// Write the templates of the report into this folder instead, to start your own from.
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub templates: Option<PathBuf>,
}

/// Which sweeps, and what is said in place of their files.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// Sweep files, or folders that are walked for *.toml.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Give a key another base value; if it is an axis, it is one no longer. Repeatable.
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::setting)]
    pub set: Vec<(String, String)>,
    /// Seeds in place of the file's: a number of seeds (5), a list (1,2,3) or a range (100..120).
    #[arg(long, value_parser = values::seeds)]
    pub seeds: Option<values::Seeds>,
    #[command(flatten)]
    pub out: OutArgs,
}

#[derive(Debug, Args)]
pub struct OutArgs {
    /// The report folder; its store is shared by all its sweeps.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub out: PathBuf,
}

/// How pages are written.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// Write every sweep into one file, too, standalone.html beside its page, which can be mailed. From
    /// then on it is written whenever the page is.
    #[arg(long)]
    pub standalone: bool,
    /// Make the pages with templates of your own: files in DIR take the place of those of the same name
    /// that `sweep init --templates` writes.
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
}

/// How runs are trained. None of it changes a result.
#[derive(Debug, Args)]
pub struct TrainingArgs {
    #[command(flatten)]
    pub work: WorkArgs,
    /// How long one run may take: 30, 30s, 5m.
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Start no other run once one has failed, timed out or been too large for memory.
    #[arg(long)]
    pub fail_fast: bool,
    /// Keep the weights that every run ends with as DIR/<sweep>/<run>.safetensors; without DIR, in weights/
    /// beside the sweep's page. Runs of the store whose weights are not there are trained again, to the
    /// same bits.
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    pub save_weights: Option<Option<PathBuf>>,
}

/// What there is to train, and how much of it at a time.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Runs trained at the same time [default: one per core].
    #[arg(short, long, value_parser = values::jobs)]
    pub jobs: Option<usize>,
    /// Train runs again that the store has: those that failed or timed out, or all.
    #[arg(long, value_name = "WHICH")]
    pub rerun: Option<RerunArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RerunArg {
    /// Those that failed or timed out.
    Failed,
    /// All.
    All,
}

/// What is printed of fixes.
#[derive(Debug, Args, Clone, Copy)]
pub struct FixLookArgs {
    /// List the suggested fixes that are not legal for a failing cell, with the reasons.
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// How things are told.
#[derive(Debug, Args, Clone, Copy)]
pub struct LookArgs {
    /// No progress and no messages; results and errors only.
    #[arg(short, long)]
    pub quiet: bool,
    /// Colours; `auto` has them on a terminal, unless NO_COLOR is set.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorArg {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl FormatArg {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            FormatArg::Csv => "csv",
            FormatArg::Jsonl => "jsonl",
            FormatArg::Parquet => "parquet",
            FormatArg::Tensorboard => "tensorboard",
            FormatArg::Mlflow => "mlflow",
        }
    }
}

impl WorkArgs {
    /// Which runs of the store are trained again.
    pub fn rerun(&self) -> Rerun {
        match self.rerun {
            None => Rerun::Nothing,
            Some(RerunArg::Failed) => Rerun::Failed,
            Some(RerunArg::All) => Rerun::All,
        }
    }
}
