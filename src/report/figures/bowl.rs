//! The risk over the two weights of a linear model, exactly, and the ways that the runs of a sweep took
//! down into it.

use super::{Figure, Plot, axis, layout, legend, plain, points};
use crate::report::number::number;
use crate::results::Results;
use crate::trace::{Bowl, Trajectory};
use plotly::common::{Line as Stroke, Marker, MarkerSymbol, Mode};
use plotly::contour::{Coloring, Contours};
use plotly::{Contour, Scatter};

/// Positions along each weight.
const POINTS: usize = 61;
/// Most bowls that are drawn: cells of one data set and seed share one.
const MOST: usize = 6;
/// How far a picture reaches beyond what it shows, as a share of its extent.
const MARGIN: f64 = 0.15;
/// How many times farther from the optimum than the starts a place may lie to be shown.
const FAR: f64 = 1.5;

/// What went down into one bowl.
struct Into<'a> {
    bowl: Bowl,
    seed: u64,
    ways: Vec<(String, &'a Trajectory)>,
}

/// A figure per bowl, of the first seed.
pub fn figures(results: &Results) -> Vec<Figure> {
    let mut bowls: Vec<Into> = Vec::new();
    for cell in &results.cells {
        let trained = cell.runs.iter().find(|run| run.trained.is_some());
        let Some((run, (trace, _))) = trained.and_then(|run| Some((run, run.trained.as_ref()?)))
        else {
            continue;
        };
        let way = trace.trajectory.as_ref();
        let Some((way, bowl)) = way.and_then(|way| Some((way, way.bowl?))) else {
            continue;
        };
        let name = plain(&cell.cell.name());
        match bowls.iter_mut().find(|known| known.bowl == bowl) {
            Some(known) => known.ways.push((name, way)),
            None => bowls.push(Into {
                bowl,
                seed: run.run.seed,
                ways: vec![(name, way)],
            }),
        }
    }
    let all = bowls.len();
    let drawn = bowls.iter().take(MOST).enumerate();
    drawn.map(|(i, into)| figure(i, all, into)).collect()
}

/// Where a run was, look by look, as far as it is finite.
fn places(way: &Trajectory) -> Vec<[f64; 2]> {
    match way.weights.as_slice() {
        [w, b] => {
            let both = w.iter().zip(b).map(|(w, b)| [w.0, b.0]);
            both.filter(|place| place.iter().all(|x| x.is_finite()))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn figure(i: usize, all: usize, into: &Into) -> Figure {
    let bowl = into.bowl;
    let optimum = bowl.optimum.map(|weight| weight.0);
    let seen = near(into, optimum);
    let axes = [0, 1].map(|k| range(seen.iter().map(|place| place[k])));
    let mut plot = Plot::new();
    plot.add_trace(contours(&bowl, &axes));
    for (k, (name, way)) in into.ways.iter().enumerate() {
        let colour = match into.ways.len() {
            1..=6 => format!("@c{k}"),
            n => format!("@s{:.3}", k as f64 / (n - 1).max(1) as f64),
        };
        let places = places(way);
        let column = |k: usize| points(places.iter().map(|place| place[k]));
        plot.add_trace(
            Scatter::new(column(0), column(1))
                .name(name)
                .mode(Mode::LinesMarkers)
                .line(Stroke::new().color(colour.clone()).width(1.6))
                .marker(Marker::new().color(colour.clone()).size(5))
                .hover_template("w %{x:.4~g}, b %{y:.4~g}<extra>%{fullData.name}</extra>"),
        );
    }
    plot.add_trace(
        Scatter::new(points([optimum[0]]), points([optimum[1]]))
            .name("optimum")
            .mode(Mode::Markers)
            .marker(
                Marker::new()
                    .color("@ink")
                    .symbol(MarkerSymbol::Cross)
                    .size(12),
            )
            .hover_template("optimum: w %{x:.4~g}, b %{y:.4~g}<extra></extra>"),
    );
    let [across, up] = axes.map(|(low, high)| vec![low, high]);
    plot.set_layout(
        layout(axis("weight w").range(across), axis("bias b").range(up))
            .show_legend(true)
            .legend(legend()),
    );
    let mut notes = vec![format!(
        "R(w*) = {} at w = {}, b = {}; a click in the legend takes a way out or puts it back.",
        number(bowl.lowest.0),
        number(optimum[0]),
        number(optimum[1])
    )];
    if all > MOST && i + 1 == MOST {
        notes.push(format!("{} more data sets are not drawn.", all - MOST));
    }
    Figure {
        id: format!("bowl-{i}"),
        title: match all {
            1 => "The ways of the weights".to_owned(),
            _ => format!("The ways of the weights, data {}", i + 1),
        },
        caption: format!(
            "Lines of equal risk over the two weights, exactly, and where the weights were at the looks \
             at them; seed {}.",
            into.seed
        ),
        notes,
        // The legend lies above the figure.
        height: 440 + 20 * into.ways.len() as u32,
        log_x: false,
        colourings: Vec::new(),
        plot,
    }
}

/// The optimum, and all places that are not much farther from it than the starts: a way that blows up
/// would leave no room for anything else.
fn near(into: &Into, optimum: [f64; 2]) -> Vec<[f64; 2]> {
    let all = || into.ways.iter().map(|(_, way)| places(way));
    let off = |place: &[f64; 2]| (place[0] - optimum[0]).hypot(place[1] - optimum[1]);
    let starts = all().filter_map(|way| way.first().map(off));
    let farthest = FAR * starts.fold(0.0, f64::max);
    let near = all().flatten().filter(|place| off(place) <= farthest);
    near.chain([optimum]).collect()
}

/// From the lowest value to the highest with a margin.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let margin = match high - low {
        span if span > 0.0 => MARGIN * span,
        _ => 0.5 * high.abs().max(1.0),
    };
    (low - margin, high + margin)
}

type Lines = Contour<Vec<Option<f64>>, Option<f64>, Option<f64>>;

/// Lines of equal √(R − R*), which lie as far apart near the optimum as far from it.
fn contours(bowl: &Bowl, axes: &[(f64, f64); 2]) -> Box<Lines> {
    let along = |(low, high): (f64, f64)| {
        (0..POINTS).map(move |i| low + (high - low) * i as f64 / (POINTS - 1) as f64)
    };
    let row = |b: f64| points(along(axes[0]).map(|w| bowl.above([w, b]).sqrt()));
    let z: Vec<Vec<Option<f64>>> = along(axes[1]).map(row).collect();
    Contour::new(points(along(axes[0])), points(along(axes[1])), z)
        .name("R")
        .contours(Contours::new().coloring(Coloring::None))
        .n_contours(16)
        .line(Stroke::new().color("@muted").width(1.0))
        .show_scale(false)
        .hover_template("√(R − R*) = %{z:.3~g}<extra></extra>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;
    use crate::trace::Real;
    use std::sync::Arc;

    #[test]
    fn cells_of_one_bowl_share_a_figure_and_what_is_lost_is_no_place() {
        let (_, mut results) = fixture::learning_rates(1);
        assert!(figures(&results).is_empty());
        for (i, cell) in results.cells.iter_mut().enumerate() {
            let Some((trace, _)) = &mut cell.runs[0].trained else {
                continue;
            };
            Arc::make_mut(trace).trajectory = Some(Trajectory {
                weights: vec![vec![Real(0.0), Real(f64::NAN)], vec![Real(0.0), Real(1.0)]],
                bowl: Some(Bowl {
                    optimum: [Real(1.0), Real(2.0)],
                    curvature: [Real(2.0), Real(0.5), Real(1.0)],
                    lowest: Real(f64::from(u8::from(i == 0))),
                }),
                ..Trajectory::default()
            });
        }
        let titles: Vec<String> = figures(&results).into_iter().map(|f| f.title).collect();
        assert_eq!(
            titles,
            [1, 2].map(|i| format!("The ways of the weights, data {i}"))
        );
        let way = Trajectory {
            weights: vec![vec![Real(0.0), Real(f64::NAN)], vec![Real(0.0), Real(1.0)]],
            ..Trajectory::default()
        };
        assert_eq!(places(&way), [[0.0, 0.0]]);
    }
}
