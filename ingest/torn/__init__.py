"""Puts indicators together again out of OCR text whose columns were torn apart.

The text of a scanned table keeps hardly anything of the grid: level, code, numbers and justification of one
indicator stand in different places, digits are missing or wrong. What is left is evidence, and the modules weigh it
in this order:

- `tokens`: numbers, and what may have been one; runs of numbers that stood side by side or one below the other.
- `codes`: the sequence of indicator codes, which is the skeleton of the report.
- `statements`: what the justifications say in figures.
- `deduced`: rows whose code is lost, where a justification is left over for them.
- `align`, `anchor`: which run and which justification belongs to which code, and how sure that is.
- `schema`, `columns`, `solve`, `percents`: which number stands in which column, and which values the document itself
  confirms; `sheet` holds a row meanwhile, `glyphs` knows what a misreading is, `findings` what the row violates.
- `regroup`, `streams`, `likely`, `quotients`, `implied`: a second look at what is not certain: what shares figures, the
  likeliest row and column of printed numbers that nothing confirms, and what the format itself determines of lost
  ones. These are disputed, always.
- `labels`, `departments`, `heading`: names, units, departments; what the report says of itself.
- `assemble`: all of it, from a reading to rows.

A value is given as good only where two statements of the document agree on it. Everything else is disputed or missing.
"""
