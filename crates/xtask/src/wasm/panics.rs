//! What a panic would say, taken out: its text went to the console of an agent who cannot read it, and what
//! writes it is a thirtieth of the panel. A panic is still a trap, whose functions stand in the console and
//! in the map of symbols beside the bundle; the page's start script tells the agent.

use std::collections::BTreeSet;

use walrus::{
    ConstExpr, DataKind, FunctionBuilder, FunctionId, FunctionKind, InstrSeqBuilder, Module,
    ValType, ir::Value,
};

/// Where a panic begins the module ends, what Rust derives as `Debug` writes nothing, and no data says in which
/// line of which file it would have been.
pub fn mute(module: &mut Module) {
    for id in named(module, is_panic) {
        replace(module, id, |body, _| {
            body.unreachable();
        });
    }
    for id in named(module, is_debug) {
        replace(module, id, write_nothing);
    }
    // Yew's would write to the console.
    for id in named(module, |name| name.contains("3std9panicking8set_hook")) {
        replace(module, id, |_, _| {});
    }
    let placed = module.data.iter().filter_map(|data| Some((data.id(), segment(data)?)));
    let (ids, mut segments): (Vec<_>, Vec<_>) = placed.unzip();
    blank_places(&mut segments);
    for (id, segment) in ids.into_iter().zip(segments) {
        module.data.get_mut(id).value = segment.bytes;
    }
}

fn named(module: &Module, is_meant: fn(&str) -> bool) -> Vec<FunctionId> {
    let functions = module.funcs.iter_local().map(|(id, _)| module.funcs.get(id));
    let meant = functions.filter(|function| function.name.as_deref().is_some_and(is_meant));
    meant.map(|function| function.id()).collect()
}

fn replace(module: &mut Module, id: FunctionId, write: fn(&mut InstrSeqBuilder, &[ValType])) {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let mut function = FunctionBuilder::new(&mut module.types, &params, &results);
    write(&mut function.func_body(), &results);
    let arguments = params.iter().map(|param| module.locals.add(*param)).collect();
    module.funcs.get_mut(id).kind = FunctionKind::Local(function.local_func(arguments));
}

fn write_nothing(body: &mut InstrSeqBuilder, results: &[ValType]) {
    const OK: i32 = 0;
    if results == [ValType::I32] {
        body.const_(Value::I32(OK));
    } else {
        body.unreachable();
    }
}

/// The places where a panic begins, in Rust's standard library and beside it.
fn is_panic(name: &str) -> bool {
    const PARTS: [&str; 19] = [
        "4core9panicking",
        "3std9panicking13panic_handler",
        "3std9panicking15panic_with_hook",
        "console_error_panic_hook",
        "slice_error_fail",
        "slice_index_fail",
        "13unwrap_failed",
        "13expect_failed",
        "13assert_failed",
        "len_mismatch_fail",
        "panic_already_",
        "panic_access_error",
        "panic_poisoned",
        "7raw_vec12handle_error",
        "17capacity_overflow",
        "18handle_alloc_error",
        "11borrow_fail",
        "17rust_begin_unwind",
        "26___rust_alloc_error_handler",
    ];
    PARTS.iter().any(|part| name.contains(part))
}

fn is_debug(name: &str) -> bool {
    // What indents a `{:#?}` has no other use.
    let parts = ["core..fmt..Debug$GT$3fmt", "5Debug3fmt", "10PadAdapter"];
    parts.iter().any(|part| name.contains(part))
}

/// Some of the memory as it is at the start.
struct Segment {
    address: usize,
    bytes: Vec<u8>,
}

fn segment(data: &walrus::Data) -> Option<Segment> {
    match data.kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(address)), .. } => {
            Some(Segment { address: address as usize, bytes: data.value.clone() })
        }
        _ => None,
    }
}

/// Each `core::panic::Location`, and the names of files that they point to.
fn blank_places(segments: &mut [Segment]) {
    let mut blank = BTreeSet::new();
    for (index, Segment { bytes, .. }) in segments.iter().enumerate() {
        for at in (0..bytes.len().saturating_sub(PLACE - 1)).step_by(4) {
            let place = at..at + PLACE;
            if let Some((segment, from, to)) = file_of_place(segments, &bytes[place]) {
                blank.insert((index, at, at + PLACE));
                blank.insert((segment, from, to));
            }
        }
    }
    for (segment, from, to) in blank {
        segments[segment].bytes[from..to].fill(0);
    }
}

/// In which segment the file's name is, from where to where.
fn file_of_place(segments: &[Segment], place: &[u8]) -> Option<(usize, usize, usize)> {
    let words: Vec<usize> = place
        .chunks_exact(4)
        .map(|word| word.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        .collect();
    let [name, length, line, column] = words[..] else { return None };
    let is_one =
        (4..200).contains(&length) && (1..100_000).contains(&line) && (1..1000).contains(&column);
    let (segment, Segment { address, bytes }) = segments
        .iter()
        .enumerate()
        .find(|(_, one)| (one.address..one.address + one.bytes.len()).contains(&name))?;
    let from = name - address;
    let name = bytes.get(from..from + length)?;
    (is_one && name.ends_with(b".rs")).then_some((segment, from, from + length))
}

/// Where the name is, how long it is, line, column: a word each.
const PLACE: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn function(module: &mut Module, name: &str, results: &[ValType]) -> FunctionId {
        let mut function = FunctionBuilder::new(&mut module.types, &[], results);
        function.name(name.to_owned()).func_body().i32_const(7).drop();
        if !results.is_empty() {
            function.func_body().i32_const(7);
        }
        let id = function.finish(vec![], &mut module.funcs);
        module.exports.add(name, id);
        id
    }

    fn instructions(module: &Module, id: FunctionId) -> Vec<String> {
        let body = module.funcs.get(id).kind.unwrap_local();
        let block = body.block(body.entry_block());
        block.instrs.iter().map(|(instruction, _)| format!("{instruction:?}")).collect()
    }

    #[test]
    fn a_panic_traps_a_debug_writes_nothing_and_the_rest_stays() {
        let mut module = Module::default();
        let panic = function(&mut module, "_RNvNtCs1_4core9panicking9panic_fmt", &[]);
        let debug = "_ZN3_$LT$a..B$u20$as$u20$core..fmt..Debug$GT$3fmt17h00E";
        let debug = function(&mut module, debug, &[ValType::I32]);
        let other = function(&mut module, "_ZN4core3fmt5write17h00E", &[ValType::I32]);

        mute(&mut module);

        assert_eq!(instructions(&module, panic), ["Unreachable(Unreachable)"]);
        assert_eq!(instructions(&module, debug), ["Const(Const { value: I32(0) })"]);
        assert_eq!(instructions(&module, other).len(), 3);
    }

    #[test]
    fn a_panics_place_and_its_file_are_blank_and_what_is_like_them_stays() {
        let word = |word: u32| word.to_le_bytes();
        let place = |name, length| [word(name), word(length), word(12), word(5)].concat();
        let data = [place(1024, 8), place(1032, 8), place(4096, 8)].concat();
        let stays = data[PLACE..].to_vec();
        let mut segments = [
            Segment { address: 1024, bytes: b"src/a.rssrc/b.rb".to_vec() },
            Segment { address: 2048, bytes: data },
        ];

        blank_places(&mut segments);

        assert_eq!(segments[0].bytes, b"\0\0\0\0\0\0\0\0src/b.rb");
        assert_eq!(segments[1].bytes, [vec![0; PLACE], stays].concat());
    }
}
