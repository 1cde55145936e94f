//! Too deep for its weights: signal and gradient grow by a factor per layer.

use super::{Rule, Verdict};
use crate::diagnose::Code;
use crate::diagnose::case::{Case, size, start};
use crate::diagnose::finding::{Finding, Side, Threshold};
use crate::number::number;

const GROWTH: Threshold = Threshold {
    quantity: "growth of what hidden layers say from first to last, times growth of δ from last to \
               first, before training",
    side: Side::Above,
    value: 20.0,
    healthy: (0.03, 5.0),
    why: "a change of the first weights is made so many times larger on its way to the output than \
          where it began; of 627 sound runs with more than four layers one had 29 and the others 13 at \
          most, those of too many blocks 44 at least",
};

const DEPTH: Threshold = Threshold {
    quantity: "hidden layers",
    side: Side::Above,
    value: 4.0,
    healthy: (1.0, 8.0),
    why: "a product of a few factors is enormous only if one of them is: that is another fault",
};

pub const RULE: Rule = Rule {
    code: Code::ExplodingGradients,
    title: "The gradients explode on their way back",
    meaning: "Every layer, or every residual block, adds to the size of its input. After many of them \
              outputs and gradients are enormous, and the first steps throw the weights far off.",
    cause: "By the chain rule a gradient is a product with a factor per layer. Factors only a little \
            greater than 1 make an enormous product of many. In a residual network every block adds \
            its own variance to what skips it.",
    section: "2) Network is too deep; 5) Bad initialization",
    signs: "Activations grow from layer to layer, gradients from the output to the input; the training \
            curve starts very high, jumps, or diverges.",
    remedies: &[
        "use fewer layers",
        "start with smaller weights: PyTorch's default in place of He's in a residual network",
        "use batch normalisation of the hidden layers",
    ],
    thresholds: &[GROWTH, DEPTH],
};

pub fn look(case: &Case) -> Verdict {
    let deep = Some(case.hidden()).filter(|hidden| DEPTH.is_crossed(hidden.len() as f64));
    let Some([first, .., last]) = deep else {
        return Err("it has too few hidden layers for a gradient to explode in".to_owned());
    };
    let forth = size(last) / size(first);
    // A row that is right beyond all doubt gives no gradient at all: then only the way forth is known.
    let back = Some(start(&first.delta_rms) / start(&last.delta_rms)).filter(|back| !back.is_nan());
    let back = back.unwrap_or(1.0);
    let words = format!(
        "before training, what its {} hidden layers say grows {}-fold from the first to the last, \
         and their δ {}-fold from the last to the first",
        case.hidden().len(),
        number(forth),
        number(back)
    );
    if !GROWTH.is_crossed(forth * back) {
        return Err(words);
    }
    Ok(Finding {
        code: RULE.code,
        evidence: vec![GROWTH.against(forth * back).in_layer(&last.name).born()],
        sentence: words,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::{Run, column};

    /// Of six hidden layers.
    fn deep() -> Run {
        let mut run = Run::sound();
        let layer = run.trace.layers[1].clone();
        run.trace.layers.splice(1..1, vec![layer; 3]);
        run
    }

    #[test]
    fn growth_in_either_direction_is_found() {
        let mut run = deep();
        run.hidden()[5].activation_sd = column(&[50.0, 50.0]);
        assert!(run.look(look).unwrap().evidence[0].value > 50.0);
        let mut run = deep();
        run.hidden()[0].delta_rms = column(&[15.0, 15.0]);
        assert!(run.look(look).unwrap().sentence.contains("δ 30-fold"));
    }

    #[test]
    fn a_few_times_as_large_or_a_few_layers_are_no_explosion() {
        let mut run = deep();
        run.hidden()[5].activation_sd = column(&[2.0, 2.0]);
        assert!(run.look(look).is_err());
        let mut run = Run::sound();
        run.hidden()[2].activation_sd = column(&[50.0, 50.0]);
        assert!(run.look(look).unwrap_err().contains("too few"));
    }
}
