//! The loss function of a one-weight model, with the start and the end of the run.

use crate::report::shared::number::number;
use crate::report::shared::plot::{Figure, Plot, axis, layout, legend, points};
use crate::trace::{Evaluation, Lattice, Trace};
use plotly::Scatter;
use plotly::common::{Line as Stroke, Marker, MarkerSymbol, Mode};

/// Returns the figure; `lattice` holds grid points of w and the loss there, the trace's outputs are w.
pub fn figure(trace: &Trace, lattice: &Lattice) -> Option<Figure> {
    let w: Vec<f64> = lattice.axes.first()?.iter().map(|v| v.0).collect();
    let risk: Vec<f64> = lattice.end.first()?.iter().map(|v| v.0).collect();
    let outputs = &trace.predictions;
    let weight = |columns: &[Vec<crate::trace::Real>]| Some(columns.first()?.first()?.0);
    let mut plot = Plot::new();
    plot.add_trace(
        Scatter::new(points(w), points(risk))
            .name("loss")
            .mode(Mode::Lines)
            .line(Stroke::new().color("@muted").width(2.0))
            .hover_template("w %{x:.4~g}<br>loss %{y:.4~g}<extra></extra>"),
    );
    let mut notes = Vec::new();
    for (name, at, loss, colour, symbol) in [
        (
            "start",
            weight(&outputs.start),
            trace.evaluations.first(),
            "@c1",
            MarkerSymbol::CircleOpen,
        ),
        (
            "end",
            weight(&outputs.end),
            trace.evaluations.last(),
            "@c0",
            MarkerSymbol::Circle,
        ),
    ] {
        let place = at.zip(loss.map(Evaluation::train_loss));
        let Some((w, loss)) = place.filter(|(w, loss)| w.is_finite() && loss.is_finite()) else {
            notes.push(format!("The {name} is not finite."));
            continue;
        };
        notes.push(format!(
            "The {name} is w = {} with loss {}.",
            number(w),
            number(loss)
        ));
        plot.add_trace(
            Scatter::new(points([w]), points([loss]))
                .name(name)
                .mode(Mode::Markers)
                .marker(Marker::new().color(colour).symbol(symbol).size(13))
                .hover_template("%{fullData.name}: w %{x:.4~g}, loss %{y:.4~g}<extra></extra>"),
        );
    }
    plot.set_layout(
        layout(axis("w"), axis("loss"))
            .show_legend(true)
            .legend(legend()),
    );
    Some(Figure {
        id: "landscape".to_owned(),
        title: "Loss of the one-weight model".to_owned(),
        caption: "The loss function, with minimum 0, and the weight before and after training."
            .to_owned(),
        notes,
        height: 380,
        log_x: false,
        colourings: Vec::new(),
        plot,
    })
}
