rows-counted = { $read } rows read, { $written } written, { $rejected } rejected
rejects-in = { $rejected } rows are in { $file } with line, column and reason
row-cells = the row has { $cells } cells, the header has { $columns }
cell-not-utf8 = cell { $cell } is no UTF-8
too-many-digits = { $number } has more than { $digits } digits after the point, which Parquet holds; write CSV
interrupted = interrupted after { $read } rows; { $file } is not written
