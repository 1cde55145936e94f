//! Targets that never change: a constant predicts them, and there is nothing to learn.

/// What to do about one.
pub(super) const HELP: &str = "there is nothing to learn from a constant: name another target, or check how the file was written";

/// The first target that has one value in all rows, by its place, with that value. Of n × k values, row
/// after row; none of fewer than two rows.
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

/// `every target is 5`, or of several targets ``every value of the target `b` is 5``.
pub(super) fn message(name: &str, targets: usize, value: f64) -> String {
    match targets {
        1 => format!("every target is {value}"),
        _ => format!("every value of the target `{name}` is {value}"),
    }
}

/// Says which of `k` targets has one value in all rows, or which class all rows have; none where there is
/// something to learn. `y` has n × k values, row after row, or indices of `classes`.
pub(super) fn of_rows(y: &[f64], k: usize, names: &[String], classes: &[String]) -> Option<String> {
    let (place, value) = constant(y, k)?;
    Some(match classes.get(value as usize) {
        Some(class) => format!("every row is of the class `{class}`"),
        None => message(names.get(place).map_or("", String::as_str), k, value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_constant_only_where_all_of_its_rows_are_equal() {
        assert_eq!(constant(&[5.0, 5.0, 5.0], 1), Some((0, 5.0)));
        assert_eq!(constant(&[5.0, 5.0, 6.0], 1), None);
        assert_eq!(constant(&[1.0, 7.0, 2.0, 7.0], 2), Some((1, 7.0)));
        assert_eq!(constant(&[1.0, 7.0], 2), None);
        assert_eq!(constant(&[], 1), None);
    }
}
