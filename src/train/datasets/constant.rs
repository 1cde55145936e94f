//! Constant targets, from which nothing can be learned.

/// What to do about a constant target.
pub(super) const HELP: &str = "there is nothing to learn from a constant; use another target, or check how the file was written";

/// Returns index and value of the first target that is equal in all rows. `y` has n × k values, row-major. Returns
/// `None` for fewer than two rows.
pub(super) fn constant(y: &[f64], targets: usize) -> Option<(usize, f64)> {
    if y.len() < 2 * targets {
        return None;
    }
    let is_constant = |place: &usize| {
        let mut column = y.iter().skip(*place).step_by(targets);
        column.all(|value| *value == y[*place])
    };
    let place = (0..targets).find(is_constant)?;
    Some((place, y[place]))
}

/// Returns `every target is 5`, or for several targets ``every value of the target `b` is 5``.
pub(super) fn message(name: &str, targets: usize, value: f64) -> String {
    match targets {
        1 => format!("every target is {value}"),
        _ => format!("every value of the target `{name}` is {value}"),
    }
}

/// Names the first of `k` targets that is equal in all rows, or the class of all rows. Returns `None` if the targets
/// differ. `y` has n × k values, row-major, or indices of `classes`.
pub(super) fn of_rows(y: &[f64], k: usize, names: &[String], classes: &[String]) -> Option<String> {
    let (place, value) = constant(y, k)?;
    Some(match classes.get(value as usize) {
        Some(class) => format!("all rows have the class `{class}`"),
        None => message(names.get(place).map_or("", String::as_str), k, value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_constant_only_if_all_rows_are_equal() {
        assert_eq!(constant(&[5.0, 5.0, 5.0], 1), Some((0, 5.0)));
        assert_eq!(constant(&[5.0, 5.0, 6.0], 1), None);
        assert_eq!(constant(&[1.0, 7.0, 2.0, 7.0], 2), Some((1, 7.0)));
        assert_eq!(constant(&[1.0, 7.0], 2), None);
        assert_eq!(constant(&[], 1), None);
    }
}
