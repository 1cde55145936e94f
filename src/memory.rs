//! The memory that is available to this process: free memory of the machine, limits of its cgroups, and the
//! environment variable [`VARIABLE`].

use std::fs::read_to_string;
use std::path::Path;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Safety factor on estimates, which can be too low.
pub const MARGIN: f64 = 1.2;

/// The environment variable that limits the memory of the process: `600MB`, `4GiB`.
pub const VARIABLE: &str = "SWEEP_MEMORY";

/// Memory of this process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Available {
    /// Maximum memory of the process, including its current memory.
    pub total: f64,
    /// Current memory, without file pages, which the system can drop.
    pub used: f64,
}

impl Available {
    /// Returns the memory that it can allocate in addition.
    pub fn free(self) -> f64 {
        (self.total - self.used).max(0.0)
    }
}

/// A value of [`VARIABLE`] that is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "failed to read {VARIABLE}: `{0}` is not a size; write a number with a unit, such as `600MB` or `4GiB`"
)]
pub struct LimitError(String);

/// Returns the limit that [`VARIABLE`] sets; `None` if it is unset or empty.
///
/// # Errors
/// [`LimitError`].
pub fn limit() -> Result<Option<f64>, LimitError> {
    match std::env::var_os(VARIABLE) {
        None => Ok(None),
        Some(text) => parse(&text.to_string_lossy()),
    }
}

/// Returns the memory of this process; `None` if the system does not report it and no limit is set. A value of
/// [`VARIABLE`] that [`limit`] rejects sets no limit.
pub fn available() -> Option<Available> {
    let used = used();
    let limit = limit().ok().flatten();
    let free = [machine(), cgroups(Path::new("/"))].into_iter().flatten();
    let total = free.map(|free| free + used).chain(limit);
    let total = total.reduce(f64::min)?;
    Some(Available { total, used })
}

/// Parses a size such as `600MB`, `1.5 GiB`, `512m` or `1000000` into bytes.
fn parse(text: &str) -> Result<Option<f64>, LimitError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || LimitError(text.to_owned());
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    // As in Docker and systemd, a single letter is a power of 1024.
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        "k" | "kib" => 1024.0,
        "m" | "mib" => 1024.0 * 1024.0,
        "g" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "t" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return Err(wrong()),
    };
    match number.is_finite() && number > 0.0 {
        true => Ok(Some(number * unit)),
        false => Err(wrong()),
    }
}

/// Returns the available bytes of the machine.
fn machine() -> Option<f64> {
    let memory = MemoryRefreshKind::nothing().with_ram();
    let system = System::new_with_specifics(RefreshKind::nothing().with_memory(memory)).ok()?;
    let free = system.available_memory();
    (free > 0).then_some(free as f64)
}

/// Returns the bytes of this process that no file backs; 0 without `/proc`.
fn used() -> f64 {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let kb = ["RssAnon:", "RssShmem:"].map(|key| field(&status, key).unwrap_or(0.0));
    kb.iter().sum::<f64>() * 1024.0
}

/// Returns the number after a key at the start of a line.
fn field(text: &str, key: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the bytes that the memory cgroups of this process leave: the minimum up to the root. Returns `None` without
/// cgroups. `root` replaces `/`.
fn cgroups(root: &Path) -> Option<f64> {
    let own = read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mounts = read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let mounts = mounts.lines().filter_map(Mount::of);
    let left = mounts.filter_map(|mount| {
        let path = own.lines().find_map(|line| mount.path_of(line))?;
        let top = root.join(mount.point.trim_start_matches('/'));
        // The path starts at the root of the hierarchy. A container can see only a part of it.
        let below = path.strip_prefix(mount.root.trim_end_matches('/'));
        let below = below.unwrap_or("").trim_start_matches('/');
        // A part outside of the mount cannot be read.
        let below = if below.starts_with("..") { "" } else { below };
        least(&top, below, mount.version)
    });
    left.reduce(f64::min)
}

/// Returns the minimum that a cgroup and its ancestors up to `top` leave.
fn least(top: &Path, below: &str, version: Version) -> Option<f64> {
    let folder = top.join(below);
    let up = folder.ancestors().take_while(|path| path.starts_with(top));
    up.filter_map(|path| left(path, version)).reduce(f64::min)
}

/// The mount of a memory controller.
struct Mount<'a> {
    root: &'a str,
    point: &'a str,
    version: Version,
}

#[derive(Clone, Copy, PartialEq)]
enum Version {
    One,
    Two,
}

impl<'a> Mount<'a> {
    /// Parses a line of `/proc/self/mountinfo`; `None` for other mounts.
    fn of(line: &'a str) -> Option<Mount<'a>> {
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(3);
        let (root, point) = (before.next()?, before.next()?);
        let mut after = after.split(' ');
        let kind = after.next()?;
        let version = match kind {
            "cgroup2" => Version::Two,
            "cgroup" if after.nth(1)?.split(',').any(|word| word == "memory") => Version::One,
            _ => return None,
        };
        Some(Mount {
            root,
            point,
            version,
        })
    }

    /// Returns the path in a line of `/proc/self/cgroup`, if it belongs to this hierarchy.
    fn path_of<'l>(&self, line: &'l str) -> Option<&'l str> {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let own = match self.version {
            Version::Two => controllers.is_empty(),
            Version::One => controllers.split(',').any(|word| word == "memory"),
        };
        own.then_some(path)
    }
}

/// Returns the bytes that one cgroup leaves; `None` without a limit. Inactive file pages count as free, since the
/// system drops them first. Otherwise, a mapped file would count as used.
fn left(folder: &Path, version: Version) -> Option<f64> {
    let read = |name: &str| read_to_string(folder.join(name)).ok();
    let number = |name: &str| read(name)?.trim().parse::<f64>().ok();
    let stat = read("memory.stat").unwrap_or_default();
    let (limits, used, idle) = match version {
        // Beyond `high`, the system throttles a process until it almost stops.
        Version::Two => (
            [number("memory.max"), number("memory.high")],
            number("memory.current"),
            field(&stat, "inactive_file "),
        ),
        // A container does not see the folders above its own, but their minimum limit.
        Version::One => (
            [
                number("memory.limit_in_bytes"),
                field(&stat, "hierarchical_memory_limit "),
            ],
            number("memory.usage_in_bytes"),
            field(&stat, "total_inactive_file "),
        ),
    };
    let limit = limits.into_iter().flatten().reduce(f64::min)?;
    let held = (used? - idle.unwrap_or(0.0)).max(0.0);
    Some((limit - held).max(0.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs::{create_dir_all, write};
    use tempfile::TempDir;

    /// Creates a `/` with these files.
    fn root(files: &[(&str, &str)]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            create_dir_all(path.parent().unwrap()).unwrap();
            write(path, text).unwrap();
        }
        root
    }

    const TWO: &str =
        "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    const ONE: &str = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
                       32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";

    #[test]
    fn version_2_uses_the_minimum_of_all_ancestors_and_counts_inactive_file_pages_as_free() {
        let root = root(&[
            ("proc/self/mountinfo", TWO),
            ("proc/self/cgroup", "0::/user/job/task\n"),
            ("sys/fs/cgroup/user/memory.max", "900\n"),
            ("sys/fs/cgroup/user/memory.current", "500\n"),
            (
                "sys/fs/cgroup/user/memory.stat",
                "anon 100\ninactive_file 250\nfile 300\n",
            ),
            ("sys/fs/cgroup/user/job/memory.max", "max\n"),
            ("sys/fs/cgroup/user/job/memory.high", "max\n"),
            ("sys/fs/cgroup/user/job/memory.current", "400\n"),
            ("sys/fs/cgroup/user/job/task/memory.max", "1000\n"),
            ("sys/fs/cgroup/user/job/task/memory.current", "10\n"),
        ]);
        assert_eq!(cgroups(root.path()), Some(650.0));
        write(root.path().join("sys/fs/cgroup/user/memory.max"), "max").unwrap();
        assert_eq!(cgroups(root.path()), Some(990.0));
        write(
            root.path().join("sys/fs/cgroup/user/job/memory.high"),
            "700",
        )
        .unwrap();
        assert_eq!(cgroups(root.path()), Some(300.0));
    }

    #[test]
    fn a_cgroup_without_limits_has_no_effect() {
        let root = root(&[
            ("proc/self/mountinfo", TWO),
            ("proc/self/cgroup", "0::/\n"),
            ("sys/fs/cgroup/memory.stat", "inactive_file 250\n"),
        ]);
        assert_eq!(cgroups(root.path()), None);
        assert_eq!(cgroups(Path::new("/no/such/folder")), None);
    }

    #[test]
    fn version_1_limits_apply_also_in_a_container_that_sees_only_its_own_cgroup() {
        let root = root(&[
            ("proc/self/mountinfo", ONE),
            ("proc/self/cgroup", "4:memory:/job\n3:cpu:/other\n0::/\n"),
            (
                "sys/fs/cgroup/memory/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "77\n"),
            ("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "800\n"),
            ("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "600\n"),
            (
                "sys/fs/cgroup/memory/job/memory.stat",
                "inactive_file 1\ntotal_inactive_file 150\n",
            ),
        ]);
        assert_eq!(cgroups(root.path()), Some(350.0));
        let stat = "hierarchical_memory_limit 700\ntotal_inactive_file 150\n";
        write(
            root.path().join("sys/fs/cgroup/memory/job/memory.stat"),
            stat,
        )
        .unwrap();
        assert_eq!(cgroups(root.path()), Some(250.0));

        // Docker without a private namespace: the mount shows only `/docker/abc`.
        let mounts = ONE.replace(
            " / /sys/fs/cgroup/memory",
            " /docker/abc /sys/fs/cgroup/memory",
        );
        for path in ["/docker/abc/job", "/../elsewhere/job"] {
            write(root.path().join("proc/self/mountinfo"), &mounts).unwrap();
            write(
                root.path().join("proc/self/cgroup"),
                format!("4:memory:{path}\n"),
            )
            .unwrap();
            let least = cgroups(root.path()).unwrap();
            assert_eq!(least == 250.0, path == "/docker/abc/job", "{path}: {least}");
        }
    }

    #[test]
    fn sizes_have_units_of_1000_and_of_1024_and_other_text_is_rejected() {
        let cases = [
            ("600MB", 6e8),
            (" 1.5 gb ", 1.5e9),
            ("4GiB", 4.0 * 1073741824.0),
            ("2g", 2.0 * 1073741824.0),
            ("512k", 524288.0),
            ("1000000", 1e6),
        ];
        for (text, size) in cases {
            assert_eq!(parse(text), Ok(Some(size)), "{text}");
        }
        assert_eq!(parse("  "), Ok(None));
        for text in ["much", "-1GB", "0", "1XB", "GB", "inf", "1 2 GB"] {
            assert_eq!(parse(text), Err(LimitError(text.to_owned())));
        }
    }

    #[test]
    fn this_process_uses_some_of_the_available_memory() {
        let Some(available) = available() else { return };
        assert!(available.total > 1e6, "{available:?}");
        if cfg!(target_os = "linux") {
            assert!(available.used > 1e5 && available.free() < available.total);
        }
    }
}
