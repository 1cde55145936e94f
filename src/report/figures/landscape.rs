//! A risk of one weight, drawn whole: where the run started and where it came to rest.

use super::{Figure, Plot, axis, layout, legend, points};
use crate::report::number::number;
use crate::trace::{Lattice, Trace};
use plotly::Scatter;
use plotly::common::{Line as Stroke, Marker, MarkerSymbol, Mode};

/// The figure; `lattice` holds positions of w and R(w) there, the trace's outputs are w itself.
pub fn figure(trace: &Trace, lattice: &Lattice) -> Option<Figure> {
    let w: Vec<f64> = lattice.axes.first()?.iter().map(|v| v.0).collect();
    let risk: Vec<f64> = lattice.end.first()?.iter().map(|v| v.0).collect();
    let outputs = &trace.outputs;
    let weight = |columns: &[Vec<crate::trace::Real>]| Some(columns.first()?.first()?.0);
    let mut plot = Plot::new();
    plot.add_trace(
        Scatter::new(points(w), points(risk))
            .name("R(w)")
            .mode(Mode::Lines)
            .line(Stroke::new().color("@muted").width(2.0))
            .hover_template("w %{x:.4~g}<br>R %{y:.4~g}<extra></extra>"),
    );
    let mut notes = Vec::new();
    for (name, at, loss, colour, symbol) in [
        (
            "start",
            weight(&outputs.start),
            trace.risks.first(),
            "@c1",
            MarkerSymbol::CircleOpen,
        ),
        (
            "end",
            weight(&outputs.end),
            trace.risks.last(),
            "@c0",
            MarkerSymbol::Circle,
        ),
    ] {
        let place = at.zip(loss.map(|risk| risk.train.loss.0));
        let Some((w, loss)) = place.filter(|(w, loss)| w.is_finite() && loss.is_finite()) else {
            notes.push(format!("The {name} is not finite and can't be drawn."));
            continue;
        };
        notes.push(format!(
            "The {name} is w = {} with R = {}.",
            number(w),
            number(loss)
        ));
        plot.add_trace(
            Scatter::new(points([w]), points([loss]))
                .name(name)
                .mode(Mode::Markers)
                .marker(Marker::new().color(colour).symbol(symbol).size(13))
                .hover_template("%{fullData.name}: w %{x:.4~g}, R %{y:.4~g}<extra></extra>"),
        );
    }
    plot.set_layout(
        layout(axis("w"), axis("R(w)"))
            .show_legend(true)
            .legend(legend()),
    );
    Some(Figure {
        id: "landscape".to_owned(),
        title: "The risk of the one weight".to_owned(),
        caption: "The whole risk, less its minimum, and the weight before training and after."
            .to_owned(),
        notes,
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    })
}
