//! The two ways out: results to stdout, everything else to stderr.

use super::args::{ColorArg, LookArgs};
pub use super::text::painted;
use super::text::{Say, Text};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where a command says things. Clones speak into the same ways out.
#[derive(Debug, Clone)]
pub struct Output {
    quiet: bool,
    shared: Arc<Shared>,
}

/// What every clone must know of.
#[derive(Debug, Default)]
struct Shared {
    /// A result could not be written.
    lost: AtomicBool,
    /// Drawn on stderr, and taken away while a line is written there.
    bar: Mutex<Option<ProgressBar>>,
}

impl Output {
    /// As the command line wants it. Colours are a setting of the whole process.
    pub fn new(look: LookArgs) -> Output {
        match look.color {
            ColorArg::Auto => ColorChoice::Auto,
            ColorArg::Always => ColorChoice::Always,
            ColorArg::Never => ColorChoice::Never,
        }
        .write_global();
        Output {
            quiet: look.quiet,
            shared: Arc::default(),
        }
    }

    /// A line, or several, of the result.
    pub fn result(&self, text: impl Say) {
        let lines: Vec<String> = text.text().shown().collect();
        self.written(&lines.join("\n"));
    }

    /// A line for the service that runs the job, which must come as it is: everything in it is escaped already.
    pub fn command(&self, line: &str) {
        self.written(line);
    }

    fn written(&self, text: &str) {
        let mut out = anstream::stdout();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        if let Err(error) = written
            // Whoever reads has had enough (`sweep list | head`); the work goes on.
            && error.kind() != ErrorKind::BrokenPipe
            && !self.shared.lost.swap(true, Ordering::Relaxed)
        {
            self.error(format_args!(
                "failed to write to stdout: {error}; make room there, or send it elsewhere, and run \
                 the same command again"
            ));
        }
    }

    /// Whether a result could not be written; a pipe that its reader has closed is no such case.
    pub fn has_lost_results(&self) -> bool {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// Something worth knowing that is not the result.
    pub fn message(&self, text: impl Say) {
        if !self.quiet {
            self.said(text);
        }
    }

    /// Something that will go wrong one day.
    pub fn warning(&self, text: impl Display) {
        self.message(format_args!(
            "{} {text}",
            painted("warning:", YELLOW.bold())
        ));
    }

    /// What went wrong; also said when quiet.
    pub fn error(&self, text: impl Display) {
        self.said(format_args!("{} {text}", painted("error:", RED.bold())));
    }

    /// Something drawn already, such as a fault in its file; what it quotes is escaped.
    pub fn drawn(&self, text: impl Display) {
        self.aside(text);
    }

    fn said(&self, text: impl Say) {
        let text: Text = text.text();
        text.shown().for_each(|line| self.aside(line));
    }

    /// From now on, lines on stderr keep clear of this bar; of none, where it is gone.
    pub fn keep_clear_of(&self, bar: Option<ProgressBar>) {
        *self.bar() = bar;
    }

    /// Whether progress is wanted at all, and whether it can be drawn over.
    pub fn progress(&self) -> Option<bool> {
        (!self.quiet).then(|| std::io::stderr().is_terminal())
    }

    /// A line on stderr. If even that can't be written, there is nobody to tell.
    fn aside(&self, text: impl Display) {
        let write = || drop(writeln!(anstream::stderr(), "{text}"));
        // Not held while writing, which may take as long as whoever reads likes.
        let bar = self.bar().clone();
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn bar(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        let bar = &self.shared.bar;
        bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether what goes to stderr is coloured.
pub fn stderr_has_colours() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

pub const RED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
pub const GREEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
pub const YELLOW: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
