using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Columns that come and go from file to file, and what each reader of the lake makes of files with and without them.</summary>
public sealed class SchemaChangeTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private LakeTable Table => new(_folder.Snapshot().Folder, TimeProvider.System);

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Month)]
    public void A_new_column_is_a_printed_change_and_every_reader_sees_it_without_a_value_in_older_rows(Partitioning layout)
    {
        Grow(layout);
        Assert.Contains(_folder.Notes, note => note.StartsWith("Schema change: column 'venue' varchar is new in", StringComparison.Ordinal));
        Assert.Contains(_folder.Notes, note => note.StartsWith("Schema change: column 'size' bigint is new in", StringComparison.Ordinal));
        Assert.Contains(_folder.Notes, note => note.StartsWith("column 'size' is missing in", StringComparison.Ordinal));
        Assert.Equal("symbol,timestamp,price,venue,size", string.Join(',', _folder.Snapshot().Dataset.Columns.Select(column => column.Name)));
        const string expected = "A,1.5,null,null\nA,2.5,20,X\nA,3.5,null,Y\nB,9.5,null,null";
        Assert.Equal(expected, Ask("select symbol, price, size, venue from d order by symbol, price"));
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);

        using (var engine = QueryEngine.Open([QuerySource.Of(_folder.Snapshot())]))
        {
            using var scan = engine.Scan(new ScanRequest { Dataset = "d", Symbols = ["B", "A"], Columns = ["size"] });
            var sizes = new List<long?>();
            while (scan.Read())
            {
                for (var row = 0; row < scan.RowCount; row++) sizes.Add(scan.IsNull(0, row) ? null : scan.Values<long>(0)[row]);
            }

            Assert.Equal([null, null, 20, null], sizes);
        }

        Table.Compact(1 << 20, CancellationToken.None);
        Assert.Equal(expected, Ask("select symbol, price, size, venue from d order by symbol, price"));
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);
        Assert.True(Table.Repartition(layout == Partitioning.Month ? Partitioning.SymbolYear : Partitioning.Date, CancellationToken.None).Committed);
        Assert.Equal(expected, Ask("select symbol, price, size, venue from d order by symbol, price"));
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);
    }

    [Fact]
    public void Older_files_are_compacted_among_themselves_too()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"));
        _folder.Ingest(_folder.Write("b.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:01,2.5\n"));
        _folder.Ingest(_folder.Write("c.csv", "symbol,timestamp,price,size\nB,2024-11-01 10:00:01,2.5,7\n"));
        Assert.Equal(2, Table.Compact(1 << 20, CancellationToken.None).FilesBefore);
        Assert.Equal("A,1.5,null\nA,2.5,null\nB,2.5,7", Ask("select symbol, price, size from d order by symbol, price"));
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);
    }

    [Fact]
    public void Duplicates_are_found_among_rows_from_before_and_after_the_change()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nA,2024-11-01 10:00:01,2.5\n"));
        var report = _folder.Ingest(
            _folder.Write("b.csv", "symbol,timestamp,price,size\nA,2024-11-01 10:00:00,1.5,\nA,2024-11-01 10:00:01,2.5,7\n"), request => request with { OnDuplicate = DuplicatePolicy.Skip });
        Assert.Equal((1, 1), (report.Totals.RowsStored, report.Totals.RowsDeduplicated));
        Assert.Equal("1.5,null;2.5,7;2.5,null", string.Join(';', Ask("select price, size from d order by price, size").Split('\n')));
    }

    [Fact]
    public void Columns_new_in_later_files_of_a_first_ingest_are_taken_up()
    {
        for (var file = 0; file < 7; file++) _folder.Write($"in/{file}.csv", $"symbol,timestamp,price{(file == 6 ? ",size" : "")}\nA,2024-11-0{file + 1} 10:00:00,{file}.5{(file == 6 ? ",7" : "")}\n");
        _folder.Ingest(_folder.File("in"));
        Assert.Equal("7,1", Ask("select count(*), count(size) from d"));
        Assert.Contains(_folder.Notes, note => note.Contains("and 3 more files", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_columns_type_is_widened_over_all_its_rows_and_then_kept()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"));
        var rows = string.Concat(Enumerable.Range(0, 10_000).Select(row => $"A,2024-11-02 10:00:00,1.5,{row}\n"));
        _folder.Ingest(_folder.Write("b.csv", "symbol,timestamp,price,size\n" + rows + "A,2024-11-02 10:00:00,1.5,10.75\n"));
        Assert.Equal("10001,DOUBLE", Ask("select count(size), any_value(typeof(size)) from d"));
    }

    [Fact]
    public void A_column_of_another_kind_is_an_error_that_names_both_types_and_files()
    {
        var first = _folder.Write("first.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n");
        _folder.Ingest(first);
        var report = _folder.Ingest(_folder.Write("second.csv", "symbol,timestamp,price\nA,2024-11-02 10:00:00,cheap\nA,2024-11-02 10:00:00,dear\nA,2024-11-02 10:00:00,\n"));
        var file = Assert.Single(report.Files);
        Assert.Equal(IngestStatus.Failed, file.Status);
        Assert.Contains("second.csv: column 'price': expected double as in dataset 'd'", file.Error);
        Assert.Contains("first.csv", file.Error);
        Assert.Contains("found varchar such as 'cheap'", file.Error);
        Assert.Equal("1", Ask("select count(*) from d"));
    }

    [Fact]
    public void A_column_that_the_first_files_do_not_agree_on_is_text_and_said_so()
    {
        _folder.Write("in/a.csv", "symbol,timestamp,grade\nA,2024-11-01 10:00:00,1.5\n");
        _folder.Write("in/b.csv", "symbol,timestamp,grade\nA,2024-11-02 10:00:00,good\n");
        _folder.Ingest(_folder.File("in"));
        Assert.Equal("1.5,VARCHAR\ngood,VARCHAR", Ask("select grade, typeof(grade) from d order by 1"));
        var note = Assert.Single(_folder.Notes, note => note.Contains("column 'grade' is text", StringComparison.Ordinal));
        Assert.Contains("it is double in ", note);
        Assert.Contains("a.csv, and text in ", note);
        Assert.EndsWith("b.csv", note);
    }

    [Fact]
    public void A_file_that_does_not_belong_to_the_dataset_changes_nothing_of_it()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"));
        _folder.Write("in/b.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:01,1.5\n");
        _folder.Write("in/c.csv", "name,value\nx,1\n");
        var report = _folder.Ingest(_folder.File("in"));
        Assert.Equal([IngestStatus.Ingested, IngestStatus.Failed], report.Files.Select(file => file.Status));
        Assert.Equal(3, _folder.Snapshot().Dataset.Columns.Count);
    }

    [Fact]
    public void A_change_of_columns_can_be_undone()
    {
        Grow(Partitioning.SymbolDate);
        var columns = _folder.Snapshot().Dataset.Columns.Count;
        Table.Undo(0, CancellationToken.None);
        Assert.Equal((5, 3), (columns, _folder.Snapshot().Dataset.Columns.Count));
        Assert.Equal("A,1.5\nB,9.5", Ask("select symbol, price from d order by symbol"));
        Assert.Empty(Table.Verify(deep: true, CancellationToken.None).Problems);
    }

    private void Grow(Partitioning layout)
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nB,2024-11-01 10:00:00,9.5\n"), request => request with { Partitioning = layout });
        _folder.Ingest(_folder.Write("b.csv", "venue,symbol,size,timestamp,price\nX,A,20,2024-11-01 11:00:00,2.5\n"));
        _folder.Ingest(_folder.Write("c.csv", "symbol,timestamp,price,venue\nA,2024-11-01 12:00:00,3.5,Y\n"));
    }

    private string Ask(string sql)
    {
        using var engine = QueryEngine.Open([QuerySource.Of(_folder.Snapshot())]);
        using var reader = engine.Run(sql);
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Chunk.RowCount; row++) rows.Add(string.Join(',', Enumerable.Range(0, reader.Columns.Count).Select(column => ValueText.Of(reader.Chunk.Column(column), row) ?? "null")));
        }

        return string.Join('\n', rows);
    }
}
