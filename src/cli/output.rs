//! The two ways out: results to stdout, everything else to stderr.

use super::args::{ColorArg, LookArgs};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};

/// Where a command says things.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    quiet: bool,
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
        Output { quiet: look.quiet }
    }

    /// A line, or several, of the result.
    pub fn result(&self, text: impl Display) {
        let written = writeln!(anstream::stdout(), "{text}");
        if let Err(error) = written
            // Whoever reads has had enough (`sweep list | head`); the work goes on.
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.error(format!("failed to write to stdout: {error}"));
        }
    }

    /// Something worth knowing that is not the result.
    pub fn message(&self, text: impl Display) {
        if !self.quiet {
            aside(text);
        }
    }

    /// What went wrong; also said when quiet.
    pub fn error(&self, text: impl Display) {
        aside(format_args!("{} {text}", painted("error:", RED.bold())));
    }

    /// Something drawn already, such as a fault in its file.
    pub fn drawn(&self, text: impl Display) {
        aside(text);
    }

    /// Whether progress is wanted at all, and whether it can be drawn over.
    pub fn progress(&self) -> Option<bool> {
        (!self.quiet).then(|| std::io::stderr().is_terminal())
    }
}

/// Whether what goes to stderr is coloured.
pub fn stderr_has_colours() -> bool {
    AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// A line on stderr. If even that can't be written, there is nobody to tell.
fn aside(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

pub const RED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
pub const GREEN: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
pub const YELLOW: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();

/// Text in a style, which the stream drops where there are no colours.
pub fn painted(text: impl Display, style: Style) -> String {
    format!("{style}{text}{style:#}")
}
