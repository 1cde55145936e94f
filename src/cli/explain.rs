//! `sweep explain`: describes a diagnosis, or lists all diagnoses.

use super::args::ExplainArgs;
use super::output::{BOLD, Output, painted};
use super::problem::Problem;
use super::text::Text;
use crate::diagnose::{Code, rule, story};
use crate::spec::nearest;

/// Minimum length of a text that is searched for within codes.
const SHORTEST: usize = 3;

/// Runs the command and returns the exit code.
///
/// # Errors
/// The diagnosis does not exist.
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
    let codes: Vec<String> = similar(name)
        .iter()
        .map(|code| format!("`{code}`"))
        .collect();
    let help = match &codes[..] {
        [] => "`sweep explain` lists all diagnoses".to_owned(),
        [first @ .., last] if !first.is_empty() => {
            format!("did you mean {} or {last}?", first.join(", "))
        }
        [last, ..] => format!("did you mean {last}?"),
    };
    Problem::Wrong(format!("unknown diagnosis `{name}`; {help}"))
}

/// Returns the codes that a wrong name may stand for: those that contain it (`vanishing`), else the most similar
/// code, else those with a similar word (`saturation`).
fn similar(name: &str) -> Vec<&'static str> {
    let codes = || Code::ALL.into_iter().map(Code::name);
    let plain = name.trim().to_lowercase().replace(['_', ' '], "-");
    let contain: Vec<_> = codes().filter(|code| code.contains(&plain)).collect();
    if plain.len() >= SHORTEST && !contain.is_empty() {
        return contain;
    }
    if let Some(code) = nearest(name, codes()) {
        return vec![code];
    }
    let has_word = |code: &&str| nearest(&plain, code.split('-')).is_some();
    codes().filter(has_word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_or_a_misspelling_of_a_code_is_recognized() {
        assert_eq!(similar("vanishing"), ["vanishing-gradients"]);
        assert_eq!(similar("Dead_ReLU"), ["dead-relu"]);
        assert_eq!(similar("overfitting"), ["overfit"]);
        let rates = ["learning-rate-too-low", "learning-rate-too-high"];
        assert_eq!(similar("learning-rate"), rates);
        let saturated = ["saturated-output", "saturated-hidden"];
        assert_eq!(similar("saturation"), saturated);
        assert!(similar("xyzzy").is_empty() && similar("").is_empty());
    }
}
