//! `sweep explain`: what a diagnosis means and what helps, or a list of all there are.

use super::args::ExplainArgs;
use super::output::{BOLD, Output, painted};
use super::problem::Problem;
use super::text::Text;
use crate::diagnose::{Code, rule, story};
use crate::spec::nearest;

/// Gives the exit code.
///
/// # Errors
/// There is no such diagnosis.
pub fn explain(args: &ExplainArgs, output: &Output) -> Result<u8, Problem> {
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

/// Every code with its title.
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
    let help = match nearest(name, Code::ALL.map(Code::name)) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "`sweep explain` lists them all".to_owned(),
    };
    Problem::Wrong(format!("there is no diagnosis '{name}'; {help}"))
}
