rows-counted = 读取{ $read }行，写出{ $written }行，拒收{ $rejected }行
rejects-in = { $rejected }行未采用，见{ $file }，其中注明行号、列名和原因
row-cells = 该行有{ $cells }个单元格，表头有{ $columns }个
cell-not-utf8 = 第{ $cell }个单元格不是UTF-8编码
too-many-digits = { $number }的小数位数超过Parquet列可容纳的{ $digits }位；请输出CSV
interrupted = 读取{ $read }行后中断；未写出{ $file }
