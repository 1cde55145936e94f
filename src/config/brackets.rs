//! Finds brackets of a TOML text that are never closed.

/// Returns the places of the brackets that no bracket closes, from the outermost. `None` if a closing bracket has no
/// partner, so that the mistake is elsewhere.
pub(super) fn unclosed(text: &str) -> Option<Vec<usize>> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'#' => length_of_line(&bytes[at..]),
            b'"' | b'\'' => length_of_string(&bytes[at..], byte),
            b'[' | b'{' => {
                open.push(at);
                1
            }
            b']' | b'}' => {
                // The ASCII code of a closing bracket is that of its partner plus 2.
                open.pop().filter(|&place| bytes[place] + 2 == byte)?;
                1
            }
            _ => 1,
        };
    }
    Some(open)
}

fn length_of_line(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.unwrap_or(bytes.len())
}

/// Returns the length of a string with its quotes. A string on one line ends with the line at the latest.
fn length_of_string(bytes: &[u8], quote: u8) -> usize {
    let of_lines = bytes.starts_with(&[quote; 3]);
    // A text of several lines can end with two quotes of its own.
    let (quotes, most) = if of_lines { (3, 5) } else { (1, 1) };
    let mut at = quotes;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && quote == b'"' {
            at += 2;
        } else if byte == b'\n' && !of_lines {
            return at;
        } else {
            let run = bytes[at..].iter().take_while(|b| **b == quote).count();
            if run >= quotes {
                return at + run.min(most);
            }
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_outside_of_strings_and_comments_count() {
        assert_eq!(
            unclosed("[grid]\nlr = { log = [1, 2\n[stop]"),
            Some(vec![12, 20])
        );
        let closed =
            "a = '[' # {\nb = \"\\\"[\"\nc = \"\"\"[\n\" {\"\"\"\nd = [\"]\", '''\n[''']\n";
        assert_eq!(unclosed(closed), Some(vec![]));
        assert_eq!(unclosed("a = \"[\nb = ["), Some(vec![11]));
    }

    #[test]
    fn a_wrong_closing_bracket_is_another_mistake() {
        assert_eq!(unclosed("lr = [1, 2}"), None);
        assert_eq!(unclosed("lr = 1]"), None);
    }
}
