//! `sweep explain`: describes a diagnosis, or lists all diagnoses.

use super::args::ExplainArgs;
use super::problem::Problem;
use crate::config::{suggestion, ticked};
use crate::diagnose::{Code, rule, story};
use crate::terminal::output::{BOLD, Output, painted};
use crate::terminal::text::Text;
use serde_json::{Value as Json, json};

/// Runs the command and returns the exit code.
///
/// # Errors
/// The diagnosis does not exist.
pub fn explain(args: &ExplainArgs, output: &Output) -> Result<u8, Problem> {
    output.document(|document| document["diagnoses"] = documented(args.code.as_deref()));
    match &args.code {
        None => output.result(codes()),
        Some(name) => {
            let code = Code::of(name).ok_or_else(|| unknown(name))?;
            let title = painted(format_args!("{code}: {}", rule(code).title), BOLD);
            let story = story(code, |title| painted(title, BOLD));
            let mut text = Text::default();
            text.line(title);
            text.line("");
            text.add(Text::ours(&story));
            output.result(text);
        }
    }
    Ok(0)
}

/// Returns the codes with their titles, or one with its text.
fn documented(name: Option<&str>) -> Json {
    let of = |code: &Code| name.is_none_or(|name| name == code.name());
    let codes = Code::ALL.into_iter().filter(of);
    let entry = |code: Code| {
        let text = name.map(|_| story(code, ToString::to_string));
        json!({ "code": code.name(), "title": rule(code).title, "text": text })
    };
    codes.map(entry).collect()
}

/// Lists every code with its title.
fn codes() -> Text {
    let widest = Code::ALL.map(|code| code.name().len()).into_iter().max();
    let widest = widest.unwrap_or(0);
    let mut text = Text::default();
    for code in Code::ALL {
        text.line(format_args!("{code:widest$}  {}", rule(code).title));
    }
    text
}

fn unknown(name: &str) -> Problem {
    let help = suggestion(name, Code::ALL.map(Code::name), ticked);
    let help = help.unwrap_or_else(|| "`sweep explain` lists all diagnoses".to_owned());
    Problem::Wrong(format!("unknown diagnosis `{name}`; {help}"))
}
