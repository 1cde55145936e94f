//! Untrusted names as parts of paths: files for them stay below their folder.

use std::path::{Path, PathBuf};

/// Maximum length of a part of a path on file systems, in bytes.
const LONGEST: usize = 255;
/// Maximum length of a path below a folder, in bytes.
const LONGEST_PATH: usize = 2_048;

/// Returns whether a name with `/` as separator is a path below a folder: no part is empty, `.` or `..`, and file
/// systems accept every part.
pub fn is_below(name: &str) -> bool {
    let other_separator = |c: char| c == '\0' || cfg!(windows) && matches!(c, '\\' | ':');
    let part = |part: &str| {
        !matches!(part, "" | "." | "..") && part.len() <= LONGEST && !part.contains(other_separator)
    };
    name.len() <= LONGEST_PATH && name.split('/').all(part)
}

/// Returns a path below a folder for any name: replaces parts that [`is_below`] rejects.
pub fn below(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in name.split('/').take(LONGEST_PATH / 32) {
        let plain = |c: char| {
            if c.is_control() || matches!(c, '\\' | ':') {
                '_'
            } else {
                c
            }
        };
        // A character has at most four bytes.
        let part: String = part.chars().take(LONGEST / 4).map(plain).collect();
        path.push(match part.as_str() {
            "" | "." | ".." => "_",
            part => part,
        });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_escapes_its_folder() {
        let long = "x".repeat(300);
        let deep = "x/".repeat(2_000);
        let hostile = [
            "",
            ".",
            "..",
            "/",
            "/etc",
            "../x",
            "a/../../x",
            "a/./b",
            "a//b",
            "a/",
            "a\0b",
            &long,
            &deep,
        ];
        for name in hostile {
            assert!(!is_below(name), "{name:?}");
            let path = below(Path::new("out"), name);
            let mut parts = path
                .strip_prefix("out")
                .into_iter()
                .flat_map(Path::components);
            assert!(
                parts.all(|part| matches!(part, std::path::Component::Normal(p) if p.len() <= 255)),
                "{path:?}"
            );
        }
        for name in [
            "lr",
            "deep/lr",
            "a.b",
            "..a",
            "gradient_rms/hidden 1",
            "naïve/η",
        ] {
            assert!(is_below(name), "{name}");
            assert_eq!(below(Path::new("out"), name), Path::new("out").join(name));
        }
    }
}
