using HybridStore.Lake;
using HybridStore.Native.Posix;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class QueryEngineTests : IDisposable
{
    private static readonly DateOnly Monday = new(2013, 10, 7);

    private readonly SampleLake _lake = new();

    public void Dispose() => _lake.Dispose();

    private void AddQuotes()
    {
        _lake.Add(SampleLake.Quotes());
        _lake.AddQuotes("quotes", "IBM", Monday);
        _lake.AddQuotes("quotes", "IBM", Monday.AddDays(1), 101);
        _lake.AddQuotes("quotes", "AIG", Monday, 201);
    }

    [Fact]
    public void A_view_has_the_datasets_columns_then_date_then_symbol()
    {
        AddQuotes();
        using var engine = _lake.Open();
        Assert.Equal(
            ["ticker|VARCHAR", "time|TIMESTAMP", "bid|DOUBLE", "size|BIGINT", "date|DATE", "symbol|VARCHAR"],
            engine.Rows("select column_name, column_type from (describe quotes)"));
        Assert.Equal("IBM|2013-10-08 09:30:00|101.0|0|2013-10-08|IBM", engine.Row("from quotes where bid = 101"));
    }

    [Fact]
    public void A_dataset_whose_symbol_column_is_symbol_has_it_once()
    {
        _lake.Add(SampleLake.Quotes(symbolColumn: "symbol"));
        _lake.AddQuotes("quotes", "IBM", Monday);
        using var engine = _lake.Open();
        Assert.Equal(["symbol", "time", "bid", "size", "date"], engine.Rows("select column_name from (describe quotes)"));
        Assert.Equal("IBM|10", engine.Row("select symbol, count(*) from quotes group by all"));
    }

    [Fact]
    public void A_dataset_with_a_date_column_of_its_own_keeps_it()
    {
        _lake.Add(new Dataset
        {
            Name = "bars",
            SymbolColumn = "symbol",
            TimeColumn = "date",
            Columns = [new("date", new(ColumnKind.Date)), new("symbol", new(ColumnKind.Varchar)), new("filename", new(ColumnKind.Double)), new("hybrid_file", new(ColumnKind.Double))],
        });
        _lake.AddFile("bars", "IBM", new DateRange(Monday, Monday), "select date '2013-10-07' as date, 'IBM' as symbol, 2.5::double as filename, 1.5::double as hybrid_file");
        using var engine = _lake.Open();
        Assert.Equal("2013-10-07|IBM|2.5|1.5", engine.Row("from bars where date = '2013-10-07'"));
    }

    [Theory]
    [InlineData(Partitioning.Month)]
    [InlineData(Partitioning.SymbolYear)]
    public void In_layouts_by_month_and_year_the_date_is_read_from_the_file(Partitioning partitioning)
    {
        _lake.Add(SampleLake.Quotes(partitioning: partitioning));
        _lake.AddFile("quotes", partitioning == Partitioning.Month ? null : "IBM", new DateRange(new(2013, 10, 1), new(2013, 10, 31)),
            "select 'IBM' as ticker, timestamp '2013-10-07 10:00:00' + to_days(i::integer) as time, i::double as bid, i as size, date '2013-10-07' + i::integer as date from range(3) t(i)");
        using var engine = _lake.Open();
        Assert.Equal(["2013-10-08|1.0", "2013-10-09|2.0"], engine.Rows("select date, bid from quotes where date > '2013-10-07' order by date"));
    }

    [Fact]
    public void A_dataset_without_files_has_columns_and_no_rows()
    {
        _lake.Add(SampleLake.Quotes());
        using var engine = _lake.Open();
        Assert.Equal("0", engine.Row("select count(*) from quotes where symbol = 'IBM' and date = '2013-10-07'"));
        using var reader = engine.Run("from quotes");
        Assert.Equal(["ticker", "time", "bid", "size", "date", "symbol"], reader.Columns.Select(column => column.Name));
        Assert.Equal("BIGINT", reader.Columns[3].Type.ToString());
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_file_of_an_older_schema_is_cast_and_filled_with_nulls()
    {
        AddQuotes();
        _lake.AddFile("quotes", "OLD", new DateRange(Monday, Monday), "select 7::integer as bid, 'OLD' as ticker, timestamp '2013-10-07 12:00:00' as time");
        using var engine = _lake.Open();
        Assert.Equal("7.0|-|DOUBLE|2013-10-07", engine.Row("select bid, size, typeof(bid), date from quotes where symbol = 'OLD'"));
        Assert.Equal("31", engine.Row("select count(*) from quotes"));
    }

    [Theory]
    [InlineData("NULL")]
    [InlineData("null")]
    [InlineData("007")]
    [InlineData("BRK/B")]
    [InlineData("BRK.B")]
    [InlineData("../../x")]
    [InlineData("%2F")]
    [InlineData("O'NEIL \"&\" 🙂")]
    [InlineData("__HIVE_DEFAULT_PARTITION__")]
    [InlineData("ibm")]
    public void A_hostile_symbol_comes_back_exactly(string symbol)
    {
        AddQuotes();
        _lake.AddQuotes("quotes", symbol, Monday, 901);
        using var engine = _lake.Open();
        Assert.Equal($"{symbol}|10", engine.Row("select symbol, count(*) from quotes where symbol = $s group by all", ("s", symbol)));
        Assert.Equal($"{symbol}|VARCHAR", engine.Row("select ticker, typeof(symbol) from quotes where bid = 901"));
    }

    [Fact]
    public void Parameters_are_bound_by_name_and_by_number()
    {
        AddQuotes();
        using var engine = _lake.Open();
        Assert.Equal("10", engine.Row("select count(*) from quotes where symbol = $sym and date <= $to", ("sym", "IBM"), ("to", Monday)));
        Assert.Equal("20", engine.Row("select count(*) from quotes where symbol = ? and bid > $2::double".Replace('?', '$').Replace("$ ", "$1 ", StringComparison.Ordinal), ("1", "IBM"), ("2", "0")));
        var exception = Assert.Throws<StoreException>(() => engine.Run("select $sym"));
        Assert.Equal("The statement's parameter $sym has no value. Give one with --param sym=VALUE.", exception.Message);
    }

    [Theory]
    [InlineData("from quotes limit 1")]
    [InlineData("with x as (from quotes) select count(*) from x")]
    [InlineData("values (1), (2)")]
    [InlineData("select 1;")]
    [InlineData("-- a comment\nselect 1 /* ; */")]
    [InlineData("show tables")]
    [InlineData("describe quotes")]
    [InlineData("summarize quotes")]
    [InlineData("explain select * from quotes")]
    [InlineData("EXPLAIN ANALYZE select count(*) from quotes")]
    [InlineData("explain (format json) select 1")]
    [InlineData("pivot quotes on symbol using sum(size) group by date")]
    [InlineData("from (pivot quotes on symbol in ('IBM', 'AIG') using sum(size) group by date)")]
    [InlineData("unpivot (select 1 as a, 2 as b) on a, b")]
    [InlineData("select * from information_schema.tables where table_name = 'quotes'")]
    [InlineData("from range(3)")]
    [InlineData("select unnest([1, 2])")]
    [InlineData("table quotes")]
    [InlineData("(select 1) union all (select 2)")]
    [InlineData("select * from query_table('quotes')")]
    public void Statements_that_read_run(string sql)
    {
        AddQuotes();
        using var engine = _lake.Open();
        Assert.NotEmpty(engine.Rows(sql));
    }

    [Fact]
    public void Show_tables_shows_every_dataset()
    {
        AddQuotes();
        _lake.Add(SampleLake.Quotes("trades"));
        using var engine = _lake.Open();
        Assert.Equal(["quotes", "trades"], engine.Rows("show tables").Order());
    }

    [Fact]
    public void A_dataset_that_no_statement_names_is_not_loaded()
    {
        AddQuotes();
        using var engine = QueryEngine.Open([.. _lake.Sources, new QuerySource("other", _lake.Path, () => throw new InvalidOperationException("loaded"))]);
        Assert.Equal("30", engine.Row("select count(*) from QUOTES"));
        Assert.Throws<InvalidOperationException>(() => engine.Run("from other"));
    }

    [Fact]
    public void A_condition_that_only_DuckDB_sees_prunes_files_by_date_too()
    {
        AddQuotes();
        File.WriteAllText(Path.Combine(_lake["quotes"].Folder, _lake["quotes"].Files.Single(file => file.Days.From != Monday).Path), "broken: reading it fails");
        using var engine = _lake.Open();
        Assert.Equal("20", engine.Row("with x as (from quotes) select count(bid) from x where date = '2013-10-07'"));
        Assert.Throws<StoreException>(() => engine.Row("with x as (from quotes) select count(bid) from x where date >= '2013-10-07'"));
    }

    [Fact]
    public void A_file_that_a_later_commit_retired_is_read_where_it_is_kept()
    {
        AddQuotes();
        var snapshot = _lake["quotes"];
        var paths = new LakePaths(snapshot.Folder);
        var file = snapshot.Files[0];
        Directory.CreateDirectory(Path.GetDirectoryName(paths.RetiredData(file.Path))!);
        DurableFile.Rename(paths.Data(file.Path), paths.RetiredData(file.Path));
        using var engine = _lake.Open();
        Assert.Equal("30", engine.Row("select count(*) from quotes"));
        Assert.Equal("10", engine.Row($"select count(*) from quotes where symbol = '{file.Symbol}' and date = '{file.Days.From:yyyy-MM-dd}'"));
    }

    [Fact]
    public void Two_statements_run_at_a_time()
    {
        AddQuotes();
        using var engine = _lake.Open();
        using var first = engine.Run("from quotes where symbol = 'IBM'");
        using var second = engine.Run("from quotes where symbol = 'AIG'");
        Assert.True(first.Read());
        Assert.True(second.Read());
        Assert.Equal("AIG", ValueText.Of(second.Chunk.Column(0), 0));
        Assert.Equal("IBM", ValueText.Of(first.Chunk.Column(0), 0));
    }

    [Theory]
    [InlineData("select * from quots", "There is no dataset 'quots'. Did you mean 'quotes'? (line 1, column 15: quots)")]
    [InlineData("select\n  nope from quotes", "column 3: nope from quotes)")]
    [InlineData("selec 1", "found SELEC.")]
    [InlineData("select 1 from quotes quotes quotes", "syntax error at or near \"quotes\". (line 1, column 29: quotes)")]
    [InlineData("select é, 'a'::integer from (select 1 as é)", "Could not convert string 'a' to INT32. (line 1, column 14: ::integer from (select 1 as é))")]
    [InlineData("select 1 where", "syntax error at end of input. (at the end of line 1)")]
    [InlineData("", "There is no SQL statement to run.")]
    [InlineData("select 1; select 2", "Expected one SQL statement, found 2. Run them one by one.")]
    public void A_wrong_statement_is_explained_with_its_place(string sql, string expected)
    {
        AddQuotes();
        using var engine = _lake.Open();
        var exception = Assert.Throws<StoreException>(() => engine.Rows(sql));
        Assert.Equal(StoreErrorKind.Usage, exception.Kind);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_the_middle_of_the_rows_is_explained_too()
    {
        using var engine = _lake.Open();
        var exception = Assert.Throws<StoreException>(() => engine.Rows("select case when i = 100000 then error('bad row') else i end from range(200000) t(i)"));
        Assert.Equal(StoreErrorKind.Usage, exception.Kind);
        Assert.StartsWith("bad row.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_a_corrupt_store()
    {
        AddQuotes();
        var file = Path.Combine(_lake["quotes"].Folder, _lake["quotes"].Files[0].Path);
        File.WriteAllText(file, "this is no Parquet");
        using var engine = _lake.Open();
        var exception = Assert.Throws<StoreException>(() => engine.Rows("select sum(bid) from quotes"));
        Assert.Equal(StoreErrorKind.CorruptStore, exception.Kind);
        Assert.Contains("hybrid verify", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_a_corrupt_store()
    {
        AddQuotes();
        File.Delete(Path.Combine(_lake["quotes"].Folder, _lake["quotes"].Files[0].Path));
        using var engine = _lake.Open();
        Assert.Equal(StoreErrorKind.CorruptStore, Assert.Throws<StoreException>(() => engine.Rows("select sum(bid) from quotes")).Kind);
    }

    [Fact]
    public void A_cancelled_token_stops_the_statement()
    {
        using var engine = _lake.Open();
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            using var reader = engine.Run("select count(*) from range(100000000000) t(i) where hash(i) = 1", cancellationToken: source.Token);
            while (reader.Read())
            {
            }
        });
    }

    [Fact]
    public void The_memory_limit_stops_what_cannot_spill()
    {
        using var engine = _lake.Open(new QueryOptions { MemoryBytesMax = 30_000_000, ThreadsMax = 1, TemporaryBytesMax = 0 });
        var exception = Assert.Throws<StoreException>(() => engine.Rows("select length(string_agg(i::varchar, ',')) from range(20000000) t(i)"));
        Assert.Equal(StoreErrorKind.Environment, exception.Kind);
        Assert.Contains("--memory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sort_larger_than_memory_spills_and_leaves_nothing_behind()
    {
        string folder;
        using (var engine = _lake.Open(new QueryOptions { MemoryBytesMax = 60_000_000, ThreadsMax = 1 }))
        {
            folder = engine.Row("select current_setting('temp_directory')");
            Assert.Equal("10000000", engine.Row("select count(*) from (select i, row_number() over (order by hash(i)) as n from range(10000000) t(i)) where n > 0"));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void WriteParquet_writes_the_rows_to_the_one_file_allowed()
    {
        AddQuotes();
        using var folder = new Support.TemporaryFolder();
        using var engine = _lake.Open(new QueryOptions { OutputPath = folder.File("out.parquet") });
        Assert.Equal(20, engine.WriteParquet("select symbol, bid from quotes where symbol = $s -- those of IBM", new Dictionary<string, object?> { ["s"] = "IBM" }));
        Assert.Equal(["out.parquet"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.Equal(2, engine.WriteParquet("from (pivot quotes on symbol in ('IBM', 'AIG') using sum(size) group by date);"));
        Assert.Throws<StoreException>(() => engine.WriteParquet("pivot quotes on symbol using sum(size) group by date"));
        Assert.Throws<StoreException>(() => engine.WriteParquet("copy (select 1) to 'x'"));
    }
}
