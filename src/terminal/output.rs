//! Output: results go to stdout, everything else to stderr.

pub use super::text::painted;
use super::text::{Say, Text};
use crate::atomic_write;
use crate::study::document::FORMAT;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::{Value as Json, json};
use std::fmt::Display;
use std::fs::{File, create_dir_all};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Output that cannot be written as the options request.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A file cannot be written.
    #[error("failed to write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Two kinds of output for programs have the same stream.
    #[error("--json and `--events -` both write to stdout; give one of them a file")]
    SharedStdout,
}

/// The output of a command. Clones share their state.
#[derive(Debug, Clone)]
pub struct Output {
    quiet: bool,
    /// The file of the document; `Some(None)` for stdout.
    json: Option<Option<PathBuf>>,
    /// The file of the events; `-` for stdout.
    events: Option<PathBuf>,
    shared: Arc<OutputState>,
}

/// State that all clones share.
#[derive(Debug, Default)]
struct OutputState {
    /// A result could not be written.
    lost: AtomicBool,
    /// The progress bar on stderr, which is hidden while a line is written there.
    bar: Mutex<Option<ProgressBar>>,
    /// The document of `--json`.
    document: Mutex<Json>,
}

impl Output {
    /// Creates the output of a command. `json` is the file of the document, or `Some(None)` for stdout; `events` is the
    /// file of the events, or `-` for stdout. Colors are a setting of the whole process.
    pub fn new(
        command: &str,
        quiet: bool,
        color: ColorChoice,
        json: Option<Option<PathBuf>>,
        events: Option<PathBuf>,
    ) -> Output {
        color.write_global();
        Output {
            quiet,
            json,
            events,
            shared: Arc::new(OutputState {
                document: Mutex::new(json!({ "format": FORMAT, "command": command })),
                ..OutputState::default()
            }),
        }
    }

    /// Checks before any work that the document can be written, and that stdout is for one kind of output only.
    ///
    /// # Errors
    /// It cannot, or it is for both.
    pub fn try_out(&self) -> Result<(), OutputError> {
        match &self.json {
            Some(Some(path)) => atomic_write::try_out(path).map_err(|source| OutputError::Write {
                path: path.clone(),
                source,
            }),
            Some(None) if self.has_events_on_stdout() => Err(OutputError::SharedStdout),
            Some(None) | None => Ok(()),
        }
    }

    /// Returns whether stdout is for another program: for the document, or for events.
    fn is_machine(&self) -> bool {
        self.json == Some(None) || self.has_events_on_stdout()
    }

    fn has_events_on_stdout(&self) -> bool {
        self.events.as_deref() == Some(Path::new("-"))
    }

    /// Opens the stream of the events; `None` if they are not requested.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open_events(&self) -> Result<Option<Box<dyn Write + Send>>, OutputError> {
        let Some(path) = &self.events else {
            return Ok(None);
        };
        if self.has_events_on_stdout() {
            return Ok(Some(Box::new(io::stdout())));
        }
        let folder = path.parent().map_or(Ok(()), create_dir_all);
        match folder.and_then(|()| File::create(path)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(source) => Err(OutputError::Write {
                path: path.clone(),
                source,
            }),
        }
    }

    /// Prints the error of writing events.
    pub fn events_failed(&self, source: io::Error) {
        let path = self.events.clone().unwrap_or_default();
        self.error(OutputError::Write { path, source });
    }

    /// Edits the document of `--json`, if it is requested.
    pub fn document(&self, edit: impl FnOnce(&mut Json)) {
        if self.json.is_some() {
            edit(&mut guard(&self.shared.document));
        }
    }

    /// Adds an entry to a list of the document, if it is requested.
    pub fn add(&self, list: &str, entry: impl FnOnce() -> Json) {
        self.document(|document| match document[list].as_array_mut() {
            Some(entries) => entries.push(entry()),
            None => document[list] = json!([entry()]),
        });
    }

    /// Writes the document of `--json`, and returns the exit code: 3 in place of 0 if it cannot be written.
    pub fn finish(&self, code: u8) -> u8 {
        let Some(path) = &self.json else { return code };
        let mut document = guard(&self.shared.document);
        document["exit_code"] = json!(code);
        let text = format!("{document:#}");
        match path {
            None => self.written(&text),
            Some(path) => {
                if let Err(source) = atomic_write::replace(path, (text + "\n").as_bytes()) {
                    let path = path.clone();
                    self.error(OutputError::Write { path, source });
                    return if code == 0 { 3 } else { code };
                }
            }
        }
        match code {
            0 if self.has_lost_results() => 3,
            _ => code,
        }
    }

    /// Prints lines of the result, unless stdout is for another program.
    pub fn result(&self, text: impl Say) {
        if self.is_machine() {
            return;
        }
        let lines: Vec<String> = text.text().shown().collect();
        self.written(&lines.join("\n"));
    }

    /// Prints a command for a CI service verbatim, which reads both streams. The caller escapes it.
    pub fn command(&self, line: &str) {
        match self.is_machine() {
            true => self.aside(line),
            false => self.written(line),
        }
    }

    fn written(&self, text: &str) {
        let mut out = anstream::stdout();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        if let Err(error) = written
            // A closed pipe (`sweep list | head`) is no error, and does not stop the work.
            && error.kind() != ErrorKind::BrokenPipe
            && !self.shared.lost.swap(true, Ordering::Relaxed)
        {
            self.error(format_args!(
                "failed to write to stdout: {error}; free space or redirect the output, then run the \
                 same command again"
            ));
        }
    }

    /// Returns whether a result could not be written. A closed pipe does not count.
    pub fn has_lost_results(&self) -> bool {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Prints a message on stderr, unless the output is quiet.
    pub fn message(&self, text: impl Say) {
        if !self.quiet {
            self.said(text);
        }
    }

    /// Prints a warning on stderr, unless the output is quiet.
    pub fn warning(&self, text: impl Display) {
        self.message(format_args!(
            "{} {text}",
            painted("warning:", YELLOW.bold())
        ));
    }

    /// Prints an error on stderr, also if the output is quiet.
    pub fn error(&self, text: impl Display) {
        self.said(format_args!("{} {text}", painted("error:", RED.bold())));
    }

    /// Prints rendered text on stderr, such as an error with its excerpt. The caller escapes what it quotes.
    pub fn drawn(&self, text: impl Display) {
        self.aside(text);
    }

    fn said(&self, text: impl Say) {
        let text: Text = text.text();
        text.shown().for_each(|line| self.aside(line));
    }

    /// Sets the progress bar that lines on stderr must not overwrite, or removes it.
    pub fn keep_clear_of(&self, bar: Option<ProgressBar>) {
        *self.bar() = bar;
    }

    /// Returns whether stderr is a terminal; `None` if the output is quiet and shows no progress.
    pub fn progress(&self) -> Option<bool> {
        (!self.quiet).then(|| io::stderr().is_terminal())
    }

    /// Returns where a progress bar is drawn: on stderr if that is a terminal, unless the output is quiet.
    pub fn bar_target(&self) -> ProgressDrawTarget {
        match self.progress() {
            Some(true) => ProgressDrawTarget::stderr(),
            Some(false) | None => ProgressDrawTarget::hidden(),
        }
    }

    /// Writes a line on stderr. There is no other place to report an error of that.
    fn aside(&self, text: impl Display) {
        let write = || drop(writeln!(anstream::stderr(), "{text}"));
        // The lock is not held while writing, which a slow reader can block.
        let bar = self.bar().clone();
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        guard(&self.shared.bar)
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns whether stderr has colors.
pub fn stderr_has_colours() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

pub const RED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
pub const GREEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
pub const YELLOW: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
