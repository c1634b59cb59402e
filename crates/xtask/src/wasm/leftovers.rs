//! Data that nothing refers to any more, made blank: what a panic would have said and what wrote it.
//!
//! ~~~text
//! linker (--emit-relocs) --> Symbols: where each piece of data is, and which others it points to
//! wasm-opt               --> the code that is left, with its addresses as the linker wrote them
//! ~~~
//!
//! wasm-opt drops functions that nobody calls and keeps all data, since to it an address is a number: one that it reckons
//! with as well, so that the code is looked at before it is optimised. The format is that of WebAssembly's tool
//! conventions (*Linking.md*).

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use anyhow::{Context as _, Result};
use walrus::{
    Module,
    ir::{self, Instr, InstrLocId, Value, Visitor},
};
use wasmparser::{
    DataKind, KnownCustom, Linking, Operator, Parser, Payload, RelocationType, SymbolInfo,
};

/// What the linker knew of the data.
#[derive(Debug, Default)]
pub struct Symbols {
    /// Where each begins and ends, and the addresses that it holds; by both, since pieces of text overlap.
    pieces: BTreeMap<(usize, usize), BTreeSet<usize>>,
    /// Those to which the code comes from outside, as to a table that begins with the letter `a`.
    kept: BTreeSet<usize>,
}

impl Symbols {
    /// Of a module that was linked with `--emit-relocs`; of any other there are none.
    pub fn read(module: &[u8]) -> Result<Self> {
        let segments = segments(module)?;
        let mut symbols = Self::default();
        let mut table = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            let Payload::CustomSection(section) = payload? else { continue };
            match section.as_known() {
                KnownCustom::Linking(linking) => table = data_symbols(linking, &segments)?,
                KnownCustom::Reloc(relocations) => {
                    for entry in relocations.entries() {
                        let entry = entry?;
                        let Some(Some(piece)) = is_address(entry.ty)
                            .then(|| table.get(entry.index as usize).cloned().flatten())
                        else {
                            continue;
                        };
                        let address =
                            piece.start.wrapping_add_signed(isize::try_from(entry.addend)?);
                        if !(piece.start..=piece.end).contains(&address) {
                            symbols.kept.insert(piece.start);
                        }
                        if section.name() == "reloc.DATA" {
                            let from = segments.address_of(entry.offset as usize);
                            symbols.points(from.context("no data there")?, address);
                        }
                    }
                }
                _ => {}
            }
            if symbols.pieces.is_empty() {
                let pieces = table.iter().flatten();
                symbols.pieces = pieces.map(|at| ((at.start, at.end), BTreeSet::new())).collect();
            }
        }
        Ok(symbols)
    }

    fn points(&mut self, from: usize, to: usize) {
        let holders = self.pieces.range_mut(..=(from, usize::MAX));
        for (_, addresses) in holders.filter(|((_, end), _)| *end > from) {
            addresses.insert(to);
        }
    }

    /// All that can be reached from `addresses`, as places in the memory.
    fn reached(&self, addresses: BTreeSet<usize>) -> BTreeSet<(usize, usize)> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<usize> = addresses.into_iter().collect();
        while let Some(address) = open.pop() {
            // One past the end is the end's as well.
            let held =
                self.pieces.range(..=(address, usize::MAX)).filter(|((_, end), _)| *end >= address);
            for (place, addresses) in held {
                if reached.insert(*place) {
                    open.extend(addresses);
                }
            }
        }
        reached
    }
}

/// Makes blank what `code` cannot reach of the data of `module`, its original; says how many bytes.
pub fn blank(module: &mut [u8], code: &[u8], symbols: &Symbols) -> Result<usize> {
    let Some((last, _)) = symbols.pieces.last_key_value() else { return Ok(0) };
    let data = symbols.pieces.first_key_value().map_or(0, |((start, _), _)| *start)..last.1 + 1;
    let mut named = named_in(code, &data)?;
    named.extend(&symbols.kept);
    let reached = symbols.reached(named);

    let mut dead = vec![false; data.len()];
    for (start, end) in symbols.pieces.keys() {
        dead[start - data.start..end - data.start].fill(true);
    }
    for (start, end) in reached {
        dead[start - data.start..end - data.start].fill(false);
    }
    let mut blanked = 0;
    for segment in segments(module)?.all {
        for (at, address) in segment.bytes.zip(segment.address..) {
            let is_dead = data.contains(&address) && dead[address - data.start];
            blanked += usize::from(is_dead && module[at] != 0);
            if is_dead {
                module[at] = 0;
            }
        }
    }
    Ok(blanked)
}

/// Every number in the code that may be an address.
fn named_in(code: &[u8], data: &Range<usize>) -> Result<BTreeSet<usize>> {
    let module = Module::from_buffer(code)?;
    let mut numbers = Numbers { data: data.clone(), found: BTreeSet::new() };
    for (_, function) in module.funcs.iter_local() {
        ir::dfs_in_order(&mut numbers, function, function.entry_block());
    }
    Ok(numbers.found)
}

struct Numbers {
    data: Range<usize>,
    found: BTreeSet<usize>,
}

impl<'a> Visitor<'a> for Numbers {
    fn visit_instr(&mut self, instruction: &'a Instr, _: &'a InstrLocId) {
        let number = match instruction {
            Instr::Const(ir::Const { value: Value::I32(number) }) => *number as usize,
            Instr::Load(ir::Load { arg, .. }) | Instr::Store(ir::Store { arg, .. }) => {
                arg.offset as usize
            }
            _ => return,
        };
        if self.data.contains(&number) {
            self.found.insert(number);
        }
    }
}

#[derive(Debug)]
struct Segment {
    address: usize,
    /// Where in the file.
    bytes: Range<usize>,
}

#[derive(Debug, Default)]
struct Segments {
    all: Vec<Segment>,
    /// Where their section begins in the file.
    section: usize,
}

impl Segments {
    /// `offset`: in the section.
    fn address_of(&self, offset: usize) -> Option<usize> {
        let at = self.section + offset;
        let segment = self.all.iter().find(|segment| segment.bytes.contains(&at))?;
        Some(segment.address + at - segment.bytes.start)
    }
}

fn segments(module: &[u8]) -> Result<Segments> {
    let mut found = Segments::default();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::DataSection(section) = payload? else { continue };
        found.section = section.range().start;
        for data in section {
            let data = data?;
            let DataKind::Active { offset_expr, .. } = data.kind else { continue };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                continue;
            };
            let bytes = data.range.end - data.data.len()..data.range.end;
            found.all.push(Segment { address: value as usize, bytes });
        }
    }
    Ok(found)
}

/// By the symbol's index: where it is, if it is data.
fn data_symbols(
    linking: wasmparser::LinkingSectionReader<'_>,
    segments: &Segments,
) -> Result<Vec<Option<Range<usize>>>> {
    let mut table = Vec::new();
    for subsection in linking.subsections() {
        let Linking::SymbolTable(symbols) = subsection? else { continue };
        for symbol in symbols {
            let SymbolInfo::Data { symbol: Some(symbol), .. } = symbol? else {
                table.push(None);
                continue;
            };
            let segment = segments.all.get(symbol.index as usize);
            table.push(segment.map(|segment| {
                let start = segment.address + symbol.offset as usize;
                start..start + symbol.size as usize
            }));
        }
    }
    Ok(table)
}

fn is_address(ty: RelocationType) -> bool {
    use RelocationType as R;
    matches!(ty, R::MemoryAddrLeb | R::MemoryAddrSleb | R::MemoryAddrI32)
}

#[cfg(test)]
mod tests {
    use walrus::{ConstExpr, FunctionBuilder, ValType};

    use super::*;

    #[test]
    fn what_the_code_names_stays_with_all_that_it_points_to() {
        let symbols =
            symbols(&[(1024, 4, &[1036]), (1028, 4, &[1024]), (1036, 4, &[]), (1040, 4, &[])]);

        let data = blanked(&symbols, |body| {
            body.i32_const(1024);
        });

        assert_eq!(data, b"aaaa\0\0\0\0ccccdddd\0\0\0\0");
    }

    #[test]
    fn a_text_that_ends_in_another_is_not_cut() {
        let symbols = symbols(&[(1024, 12, &[]), (1028, 4, &[]), (1036, 8, &[])]);

        let data = blanked(&symbols, |body| {
            body.i32_const(1030);
        });

        assert_eq!(data, b"aaaabbbbcccc\0\0\0\0\0\0\0\0");
    }

    #[test]
    fn a_table_to_which_the_code_comes_from_outside_stays() {
        let mut symbols = symbols(&[(1024, 4, &[]), (1032, 12, &[])]);
        symbols.kept.insert(1032);

        let data = blanked(&symbols, |body| {
            body.i32_const(7);
        });

        assert_eq!(data, b"\0\0\0\0bbbbccccddddeeee");
    }

    #[test]
    fn without_the_linkers_word_everything_stays() {
        let data = blanked(&Symbols::default(), |body| {
            body.i32_const(0);
        });

        assert_eq!(data, b"aaaabbbbccccddddeeee");
    }

    /// Each: where, how long, and what it points to.
    fn symbols(pieces: &[(usize, usize, &[usize])]) -> Symbols {
        let pieces = pieces
            .iter()
            .map(|(start, length, to)| ((*start, start + length), to.iter().copied().collect()));
        Symbols { pieces: pieces.collect(), kept: BTreeSet::new() }
    }

    /// The data at 1024 after the code that `write` writes.
    fn blanked(symbols: &Symbols, write: fn(&mut walrus::InstrSeqBuilder)) -> Vec<u8> {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(1024));
        let kind = walrus::DataKind::Active { memory, offset };
        module.data.add(kind, b"aaaabbbbccccddddeeee".to_vec());
        let mut function = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
        write(&mut function.func_body());
        let function = function.finish(vec![], &mut module.funcs);
        module.exports.add("f", function);
        let mut module = module.emit_wasm();

        let code = module.clone();

        blank(&mut module, &code, symbols).unwrap();

        Module::from_buffer(&module).unwrap().data.iter().next().unwrap().value.clone()
    }
}
