//! The same for traces that are revealed by pages: whoever disagrees knows the model, the input and the hashes of the
//! claim's pages, and no leaf of it but those that the worker shows.

use super::*;
use veritrace_primitives::page::*;

/// A graph of more nodes than a page has leaves: thousands of lookups and sums of single bytes, with references from one
/// end to the other, and somewhere among them some operators of every kind.
struct LongGraph {
    graph: Graph,
}

/// Appends `count` nodes of one byte each, on the last one of them and on any before.
fn fill(builder: &mut Builder, bytes: &mut Vec<u16>, count: usize, table: Ref, scale: Ref) {
    for _ in 0..count {
        let last = bytes.last().copied();
        let x = last.map_or(Ref::Request(3), Ref::Node);
        let far =
            (usize::from(builder.byte()) << 8 | usize::from(builder.byte())) % (bytes.len() + 1);
        let other = bytes.get(far).copied().map_or(Ref::Request(3), Ref::Node);
        let byte = spec(DType::I8, &[]);
        if builder.below(3) == 0 {
            let op = Op::Add {
                a_zero: 3,
                a_mul: 1,
                b_zero: -7,
                b_mul: 2,
                requant: Some(Requant {
                    zero: 0,
                    min: -128,
                    max: 127,
                }),
            };
            builder.push(op, vec![x, other, scale], byte);
        } else {
            builder.push(Op::Table, vec![x, table], byte);
        }
        bytes.push(builder.graph.nodes.len() as u16 - 1);
    }
}

impl LongGraph {
    fn new(random: Vec<u8>, before: usize, steps: &[u8], after: usize) -> Self {
        let layout = match random.first().is_some_and(|byte| byte % 2 == 0) {
            true => Layout::One,
            false => Layout::Two,
        };
        let mut builder = Builder::new(layout, random, 2, 4);
        let table = builder.initialiser(spec(DType::I8, &[256]));
        let scale = builder.initialiser(spec(DType::F32, &[1]));
        let mut bytes = Vec::new();
        fill(&mut builder, &mut bytes, before, table, scale);
        let image = builder.graph.header.inputs[0].clone();
        for (at, step) in steps.iter().enumerate() {
            let (x, xs) = if at == 0 {
                (Ref::Request(0), image.clone())
            } else {
                builder.last()
            };
            builder.apply(*step, x, xs);
        }
        fill(&mut builder, &mut bytes, after, table, scale);
        Self {
            graph: builder.finish(),
        }
    }
}

prop_compose! {
    fn long_graphs()(
        random in prop::collection::vec(any::<u8>(), 200..400),
        before in 0usize..1_500,
        steps in prop::collection::vec(any::<u8>(), 1..8),
        // Ends of pages, too.
        after in prop_oneof![3 => 1_025usize..1_800, 1 => Just(2_048)],
    ) -> Graph {
        LongGraph::new(random, before, &steps, after).graph
    }
}

/// What a worker shows of a page.
fn shown(leaves: &[Digest], page: u16) -> Vec<Digest> {
    leaves
        .chunks(PAGE_LEAVES as usize)
        .nth(usize::from(page))
        .unwrap()
        .to_vec()
}

/// What a worker reveals, as whoever disagrees reads it from a block: the hashes of its pages.
fn revealed(graph: &Graph, claim: &Claim) -> Vec<Digest> {
    let outputs = graph.header.outputs.to_vec();
    let trace = Trace::of::<Sha256>(&claim.leaves, &outputs).unwrap();
    let roots: Vec<_> = outputs
        .iter()
        .map(|node| (*node, claim.leaves[usize::from(*node)]))
        .collect();
    assert_eq!(
        trace.root::<Sha256>(graph.header.node_count, &roots),
        Ok(claim.facts.trace_root)
    );
    match trace {
        Trace::Pages { pages, .. } => pages.to_vec(),
        Trace::Leaves(_) => panic!("the trace is long"),
    }
}

fn first_difference(mine: &[Digest], theirs: &[Digest]) -> Option<u16> {
    assert_eq!(mine.len(), theirs.len());
    let at = mine.iter().zip(theirs).position(|(a, b)| a != b)?;
    Some(at as u16)
}

/// Challenges a page as the chain sees it: how many leaves the worker has to show.
fn demand(claim: &Claim, pages: &[Digest], page: u16) -> Result<(PageProof, u16), Rejection> {
    let proof: PageProof = decode(&prove_page::<Sha256>(pages, page).unwrap().encode())?;
    let leaves = check_page_challenge::<Sha256>(&claim.facts, &proof)?;
    Ok((proof, leaves))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn corrupted_long_claim_should_fall_by_its_pages(
        graph in long_graphs(), seed in any::<u8>(), node in any::<Index>(), byte in any::<Index>(), flip in 1u8..=255,
        propagate in any::<bool>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let index = node.index(graph.nodes.len());
        let mut outputs = honest.clone();
        let at = byte.index(outputs[index].len());
        outputs[index][at] ^= flip;
        if propagate {
            for later in index + 1..outputs.len() {
                outputs[later] = evaluate_at(&graph, later as u16, &inputs, &outputs).unwrap();
            }
        }
        let liar = claim(&graph, &inputs, outputs);
        let truth = claim(&graph, &inputs, honest.clone());
        let pages = revealed(&graph, &liar);

        // The first page that differs has the lie; before it, every leaf is known without being shown.
        let page = first_difference(&page_hashes::<Sha256>(&truth.leaves), &pages).unwrap();
        prop_assert_eq!(page, page_of(index as u16));
        let (proof, count) = demand(&liar, &pages, page).unwrap();
        let opened = shown(&liar.leaves, page);
        prop_assert_eq!(check_page::<Sha256>(count, &proof.hash, &opened), Ok(()));
        // Nothing else answers.
        let own = shown(&truth.leaves, page);
        prop_assert_eq!(check_page::<Sha256>(count, &proof.hash, &own), Err(Rejection::NotUnderPage));

        let mut view = PagedTrace::new(graph.header.node_count, pages).unwrap();
        for before in 0..page {
            view.show::<Sha256>(before, shown(&truth.leaves, before)).unwrap();
        }
        view.show::<Sha256>(page, opened.clone()).unwrap();
        let place = first_difference(&own, &opened).unwrap();
        prop_assert_eq!(usize::from(page) * PAGE_LEAVES as usize + usize::from(place), index);

        let prover = Prover::new::<Sha256>(&graph).unwrap();
        let all = targets(&graph, &liar, index as u16, &honest);
        prop_assert!(all.len() >= 4);
        for target in all {
            let proof = prover
                .contradiction::<Sha256>(index as u16, &view, &inputs, &honest, target)
                .unwrap();
            prop_assert!(verdict(&liar.facts, &proof).is_ok(), "{:?}: {:?}", proof.target, verdict(&liar.facts, &proof));
        }
        let challenge = prover.challenge::<Sha256>(index as u16, &view).unwrap();
        let challenged = check_challenge::<Sha256>(&liar.facts, &challenge).unwrap();
        prop_assert_eq!(challenged.leaf, liar.leaves[index]);
    }

    /// A page with nothing under it cannot be opened: the worker falls by its silence.
    #[test]
    fn page_with_nothing_under_it_should_have_no_answer(
        graph in long_graphs(), seed in any::<u8>(), at in any::<Index>(), garbage in any::<Digest>(), other in any::<Index>(),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let mut liar = claim(&graph, &inputs, honest);
        let mut pages = page_hashes::<Sha256>(&liar.leaves);
        let page = at.index(pages.len());
        // Random, or the hash of another page.
        let swapped = pages[other.index(pages.len())];
        let hash = if swapped == pages[page] { garbage } else { swapped };
        pages[page] = hash;
        liar.facts.trace_root = paged_root::<Sha256>(graph.header.node_count, &pages);
        let truth = page_hashes::<Sha256>(&liar.leaves);
        prop_assert_eq!(first_difference(&truth, &pages), Some(page as u16));
        let (proof, count) = demand(&liar, &pages, page as u16).unwrap();
        for leaves in (0..truth.len()).map(|page| shown(&liar.leaves, page as u16)) {
            if page_hashes::<Sha256>(&leaves)[0] != hash || leaves.len() != usize::from(count) {
                prop_assert!(check_page::<Sha256>(count, &proof.hash, &leaves).is_err());
            }
        }
        prop_assert_eq!(
            check_page::<Sha256>(count, &proof.hash, &shown(&liar.leaves, page as u16)),
            Err(Rejection::NotUnderPage)
        );
    }

    #[test]
    fn honest_long_claim_should_stand(
        graph in long_graphs(), seed in any::<u8>(), node in any::<Index>(), lie in any::<Index>(), other in any::<u8>(),
        edits in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6),
    ) {
        let inputs = input_of(&graph, seed);
        let honest = evaluate(&graph, &inputs).unwrap();
        let truth = claim(&graph, &inputs, honest.clone());
        let pages = revealed(&graph, &truth);
        prop_assert_eq!(first_difference(&page_hashes::<Sha256>(&truth.leaves), &pages), None);
        // Whatever page is asked for, the worker has the answer.
        for page in 0..page_count(graph.header.node_count) {
            let (proof, count) = demand(&truth, &pages, page).unwrap();
            prop_assert_eq!(check_page::<Sha256>(count, &proof.hash, &shown(&truth.leaves, page)), Ok(()));
        }

        // Its pages, those of a liar and of another input, and proofs made with them.
        let index = node.index(graph.nodes.len());
        let mut wrong = honest.clone();
        let at = lie.index(wrong[index].len());
        wrong[index][at] ^= 1;
        let liar = claim(&graph, &inputs, wrong);
        let elsewhere = input_of(&graph, other);
        let foreign = claim(&graph, &elsewhere, evaluate(&graph, &elsewhere).unwrap());
        let prover = Prover::new::<Sha256>(&graph).unwrap();
        for said in [&truth, &liar, &foreign] {
            let mut view = PagedTrace::new(graph.header.node_count, page_hashes::<Sha256>(&said.leaves)).unwrap();
            for page in 0..page_count(graph.header.node_count) {
                view.show::<Sha256>(page, shown(&said.leaves, page)).unwrap();
            }
            for target in targets(&graph, said, index as u16, &honest) {
                let proof = prover
                    .contradiction::<Sha256>(index as u16, &view, &inputs, &honest, target)
                    .unwrap();
                prop_assert!(verdict(&truth.facts, &proof).is_err());
                let mut bytes = proof.encode();
                for (at, value) in &edits {
                    let at = at.index(bytes.len());
                    bytes[at] ^= value;
                }
                if let Ok(proof) = decode::<Contradiction>(&bytes) {
                    prop_assert!(check::<Sha256>(&truth.facts, &proof, &PROOF_LIMITS).is_err());
                }
            }
            let page = page_of(index as u16);
            let demanded = prove_page::<Sha256>(&page_hashes::<Sha256>(&said.leaves), page).unwrap();
            if demanded.hash != pages[usize::from(page)] {
                prop_assert_eq!(
                    check_page_challenge::<Sha256>(&truth.facts, &demanded),
                    Err(Rejection::NotTheClaim)
                );
            }
        }
    }
}

#[test]
fn long_graphs_should_be_long_and_pass_the_chains_check() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut operators = BTreeSet::new();
    let mut pages = BTreeSet::new();
    for _ in 0..100 {
        let graph = long_graphs().new_tree(&mut runner).unwrap().current();
        let (root, costs) = check_graph::<Sha256>(&graph, &LIMITS).unwrap();
        assert_eq!(
            root,
            Prover::new::<Sha256>(&graph)
                .unwrap()
                .graph_root::<Sha256>()
        );
        assert!(is_long(graph.header.node_count));
        assert_eq!(costs.len(), usize::from(graph.header.node_count));
        pages.insert(page_count(graph.header.node_count));
        operators.extend(graph.nodes.iter().map(|node| node.op.encode()[0]));
    }
    assert_eq!(operators.len(), 24, "operators: {operators:?}");
    assert!(pages.len() >= 3, "pages: {pages:?}");
}
