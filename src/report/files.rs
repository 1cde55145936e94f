//! Files of a report: replaced atomically, and only if something changed.

use super::error::ReportError;
use crate::atomic_write::{remove_abandoned, replace};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Replaces a file atomically: a reader sees the old one or the new one. A file with the same content is
/// not written.
///
/// # Errors
/// [`ReportError::Write`].
pub fn write(path: &Path, content: &[u8]) -> Result<(), ReportError> {
    if let Some(folder) = path.parent() {
        remove_abandoned(folder);
    }
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    replace(path, content).map_err(|source| ReportError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Removes a file, if it exists.
///
/// # Errors
/// [`ReportError::Write`].
pub fn remove(path: &Path) -> Result<(), ReportError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(ReportError::Write {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Returns the first script of plotly's bundle, which is plotly.js. The second is MathJax, which the
/// figures do not need.
pub fn plotly_of(bundle: &str) -> &str {
    let start = bundle
        .find("<script")
        .and_then(|tag| bundle[tag..].find('>').map(|end| tag + end + 1))
        .unwrap_or(0);
    // No string of plotly.js contains `</script>`: it would end the script in browsers too.
    let length = bundle[start..]
        .find("</script>")
        .unwrap_or(bundle.len() - start);
    &bundle[start..start + length]
}

/// Returns the folder of a sweep below the report folder, with `/` on every system.
pub fn name_below(folder: &Path, own: &Path) -> String {
    let below = own.strip_prefix(folder).unwrap_or(own);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Returns the relative path from a page in `name` to the report folder: `../../` for `deep/lr`.
pub fn way_up(name: &str) -> String {
    "../".repeat(name.split('/').filter(|part| !part.is_empty()).count())
}

/// Returns a relative path as URL: every byte with a meaning in URLs is escaped.
pub fn address(path: &str) -> String {
    let mut address = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// Removes the scripts of runs or cells that a page no longer shows.
///
/// # Errors
/// [`ReportError::Write`].
pub fn remove_others(folder: &Path, keep: &[String]) -> Result<(), ReportError> {
    let failed = |path: PathBuf| move |source| ReportError::Write { path, source };
    remove_abandoned(folder);
    let keep: BTreeSet<&str> = keep.iter().map(String::as_str).collect();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(folder.to_owned())(error)),
    };
    for entry in entries {
        let path = entry.map_err(failed(folder.to_owned()))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // The names of run scripts are hexadecimal, those of cell scripts decimal.
        let is_own = name
            .strip_suffix(".js")
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit()));
        if is_own && !keep.contains(name.as_str()) {
            fs::remove_file(&path).map_err(failed(path.clone()))?;
        }
    }
    Ok(())
}

/// Returns the run ID in the name of a script.
fn run_of(name: &str) -> Option<&str> {
    let id = name.strip_suffix(".js")?;
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

/// Returns the IDs of the runs with a script in a folder; none for a folder that can't be read.
pub fn scripts(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter_map(|name| run_of(&name).map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plotly_is_extracted_completely() {
        let bundle = plotly::Plot::offline_js_sources();
        let script = plotly_of(&bundle);
        assert!(
            script.starts_with("/**\n* plotly.js v"),
            "{}",
            &script[..40]
        );
        assert!(script.len() > 4_000_000 && script.len() + 2_000_000 < bundle.len());
        // Both would break a page that contains the script.
        assert!(!script.contains("</script") && !script.contains("<!--"));
    }

    #[test]
    fn urls_keep_their_folders() {
        assert_eq!(address("deep/l r#1%.html"), "deep/l%20r%231%25.html");
        assert_eq!(way_up("deep/lr"), "../../");
    }
}
