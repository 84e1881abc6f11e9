using HybridStore.Lake;
using HybridStore.Native.Posix;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class LakeAdoptionTests
{
    private static readonly AdoptRequest Request = new() { SymbolColumn = "symbol", TimeColumn = "time" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PARTITION_BY (symbol, date)", Partitioning.SymbolDate)]
    [InlineData("PARTITION_BY (date)", Partitioning.Month)]
    [InlineData("PARTITION_BY (symbol)", Partitioning.Year)]
    [InlineData("PER_THREAD_OUTPUT", Partitioning.SymbolMonth)]
    public void Adopt_of_a_folder_that_DuckDB_partitioned_stores_exactly_its_rows(string option, Partitioning partitioning)
    {
        using var lake = new LakeFixture(partitioning);
        var folder = Path.Combine(lake.Store.Root, "raw");
        lake.Connection.Execute(
            $"CREATE TABLE raw AS SELECT CASE WHEN i % 3 = 0 THEN '007' ELSE 'a b' END AS symbol, TIMESTAMP '2024-11-01' + to_hours((i * 7) % 100) AS time, i::FLOAT AS price, (TIMESTAMP '2024-11-01' + to_hours((i * 7) % 100))::DATE AS date FROM range(100) AS rows(i)",
            Token);
        lake.Connection.Execute($"COPY (SELECT * {(option.Contains("date", StringComparison.Ordinal) ? "" : "EXCLUDE (date) ")}FROM raw) TO {LakeFixture.Quote(folder)} (FORMAT parquet, {option})", Token);

        var outcome = lake.Table.Adopt(folder, Request with { Partitioning = partitioning, Rewrites = true }, Token);

        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(LakeFixture.Committed(snapshot, snapshot.Files), outcome);
        Assert.Equal(["price", "symbol", "time"], snapshot.Dataset.Columns.Select(column => column.Name).Order());
        var expected = lake.Query("SELECT concat_ws('|', symbol, time, price::DOUBLE) FROM raw");
        expected.Sort(StringComparer.Ordinal);
        Assert.Equal(expected, lake.Rows(snapshot));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.True(Directory.Exists(folder));
        StrictDeltaReader.Check(lake.Folder);
    }

    [Theory]
    [InlineData("'x' AS symbol, TIMESTAMP_NS '2024-11-01 00:00:00.000000001' AS time", "TIMESTAMP_NS")]
    [InlineData("'x' AS symbol, TIMESTAMP '2024-11-01' AS time, MAP {'a': 1} AS map", "map")]
    [InlineData("'x' AS symbol, TIMESTAMP '2024-11-01' AS time, [{'at': TIME '10:00:00'}] AS nested", "nested")]
    [InlineData("'x' AS ticker, TIMESTAMP '2024-11-01' AS time", "symbol")]
    [InlineData("'x' AS symbol, NULL::TIMESTAMP AS time", "with a time")]
    public void Adopt_of_what_a_dataset_cannot_hold_is_refused_and_leaves_nothing(string columns, string reason)
    {
        using var lake = new LakeFixture();
        var folder = Directory.CreateDirectory(Path.Combine(lake.Store.Root, "raw")).FullName;
        lake.Connection.Execute($"COPY (SELECT {columns}) TO {LakeFixture.Quote(folder + "/x.parquet")} (FORMAT parquet)", Token);
        Assert.Contains(reason, Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lake.Folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adopt_of_instants_with_nanoseconds_is_refused_instead_of_cutting_them(bool rewrites)
    {
        using var lake = new LakeFixture();
        var path = RawFile(lake, "'x' AS symbol, TIMESTAMP_NS '2024-11-01 00:00:00.000000001' AS time");
        PatchFooter(path, [0x12, 0x1C, 0x3C], [0x11, 0x1C, 0x3C]); // TimestampType: isAdjustedToUTC becomes true; the unit is NANOS.
        var refusal = Assert.Throws<StoreException>(() => lake.Table.Adopt(Path.GetDirectoryName(path)!, Request with { Rewrites = rewrites }, Token));
        Assert.Contains("nanoseconds", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lake.Folder));
    }

    /// <summary>Parquet.Net 6.1.0 writes bounds of microseconds as milliseconds: here they are made so by hand.</summary>
    [Fact]
    public void Adopt_with_rewrite_reads_every_row_whatever_the_statistics_say()
    {
        using var lake = new LakeFixture();
        var path = RawFile(lake, "'IBM' AS symbol, TIMESTAMP '2024-11-01 10:00:00' AS time, 1.5 AS price");
        var time = (new DateTime(2024, 11, 1, 10, 0, 0) - DateTime.UnixEpoch).Ticks / 10;
        PatchFooter(path, BitConverter.GetBytes(time), BitConverter.GetBytes(time / 1000));

        Assert.Equal(0, lake.Table.Adopt(Path.GetDirectoryName(path)!, Request with { Rewrites = true }, Token).Version);

        Assert.Equal(["IBM|2024-11-01|1|1.5"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    /// <summary>A file of a lake of hybrid's own may lie in a folder whose name is shortened: the symbol inside is the true one.</summary>
    [Fact]
    public void Adopt_with_rewrite_takes_what_a_file_has_before_what_its_folder_says_and_lets_files_lack_columns()
    {
        using var lake = new LakeFixture();
        foreach (var (folder, columns) in new[]
        {
            ("symbol=SHORT~1/date=2024-11-01", "'SHORTENED' AS symbol, TIMESTAMP '2024-11-01 10:00:00' AS time, 1.5 AS price"),
            ("symbol=M%26M/date=2024-11-01", "TIMESTAMP '2024-11-01 10:00:00' AS time, 2.5 AS price, 7 AS size"),
        })
        {
            var path = Directory.CreateDirectory(Path.Combine(lake.Store.Root, "raw", folder)).FullName;
            lake.Connection.Execute($"COPY (SELECT {columns}) TO {LakeFixture.Quote(path + "/x.parquet")} (FORMAT parquet)", Token);
        }

        Assert.Equal(0, lake.Table.Adopt(Path.Combine(lake.Store.Root, "raw"), Request with { Rewrites = true }, Token).Version);

        Assert.Equal(["M&M|2024-11-01|1|2.5", "SHORTENED|2024-11-01|1|1.5"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    private static string RawFile(LakeFixture lake, string columns)
    {
        var folder = Directory.CreateDirectory(Path.Combine(lake.Store.Root, "raw")).FullName;
        var path = Path.Combine(folder, "x.parquet");
        lake.Connection.Execute($"COPY (SELECT {columns}) TO {LakeFixture.Quote(path)} (FORMAT parquet)", Token);
        return path;
    }

    /// <summary>Replaces bytes in a Parquet file's footer, which names its own length before the last four bytes.</summary>
    private static void PatchFooter(string path, byte[] old, byte[] replacement)
    {
        var bytes = File.ReadAllBytes(path);
        var start = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);
        var count = 0;
        for (var at = bytes.AsSpan(start).IndexOf(old); at >= 0; at = bytes.AsSpan(start).IndexOf(old), count++) replacement.CopyTo(bytes, start + at);
        Assert.True(count > 0);
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void Adopt_of_no_folder_no_files_or_a_broken_file_says_so()
    {
        using var lake = new LakeFixture();
        var folder = Path.Combine(lake.Store.Root, "raw");
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Kind);
        Directory.CreateDirectory(folder);
        Assert.Contains("found none", Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "x.parquet"), "PAR1 torn");
        Assert.Contains("x.parquet", Assert.Throws<StoreException>(() => lake.Table.Adopt(folder, Request, Token)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Partitioning.SymbolDate, "raw/symbol=a%20b/date=2024-11-01", "'a b' AS symbol")]
    [InlineData(Partitioning.SymbolMonth, "raw/symbol=a%20b", "'a b' AS symbol, DATE '2024-11-01' AS date")]
    [InlineData(Partitioning.Date, "raw", "'a b' AS symbol")]
    public void Adopt_takes_fit_files_as_they_are(Partitioning partitioning, string place, string columns)
    {
        using var lake = new LakeFixture(partitioning);
        var path = WriteRaw(lake, place, $"{columns}, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, i::DOUBLE AS price");
        var before = File.ReadAllBytes(path);

        Assert.Equal(0, lake.Table.Adopt(Path.Combine(lake.Store.Root, "raw"), Request with { Partitioning = partitioning }, Token).Version);

        var taken = Assert.Single(lake.Table.TryLoad()!.Files);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(lake.Folder, taken.Path)));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(FileStatus.Of(path), FileStatus.Of(Path.Combine(lake.Folder, taken.Path)));
        Assert.Equal(("1", "5", 0L), taken.Statistics.Where(one => one.Column == "price").Select(one => (one.Minimum, one.Maximum, one.NullCount!.Value)).Single());
        Assert.Equal(["a b|2024-11-01|5|15.0"], lake.Glob());
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        StrictDeltaReader.Check(lake.Folder);
    }

    [Theory]
    [InlineData("raw/symbol=IBM/date=2024-11-01", "TIMESTAMP '2024-11-01' + to_seconds(i) AS time, i::DOUBLE AS price", "expected the column 'symbol', found none")]
    [InlineData("raw", "'IBM' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, i::INTEGER AS size", "expected the type BIGINT, found INTEGER")]
    [InlineData("raw", "'IBM' AS symbol, TIMESTAMP '2024-11-01' - to_seconds(i) AS time, i::DOUBLE AS price", "out of order")]
    [InlineData("raw", "'IBM' AS symbol, TIMESTAMP '2024-11-01' + to_days(i::INT) AS time, i::DOUBLE AS price", "rows of one partition of the layout symbol/date, found 5")]
    [InlineData("raw/symbol=AIG", "'IBM' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, i::DOUBLE AS price", "its folder says")]
    public void Adopt_of_a_file_that_is_not_fit_says_why_and_takes_it_with_rewrite(string place, string columns, string reason)
    {
        using var lake = new LakeFixture();
        WriteRaw(lake, place, columns);
        var raw = Path.Combine(lake.Store.Root, "raw");
        var error = Assert.Throws<StoreException>(() => lake.Table.Adopt(raw, Request, Token));
        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("--rewrite", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lake.Folder));

        Assert.True(lake.Table.Adopt(raw, Request with { Rewrites = true }, Token).Committed);
        Assert.Equal(5, lake.Table.TryLoad()!.Files.Sum(file => file.RowCount));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
    }

    private static string WriteRaw(LakeFixture lake, string place, string columns)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(lake.Store.Root, place)).FullName, "x.parquet");
        lake.Connection.Execute($"COPY (SELECT {columns} FROM range(1, 6) AS rows(i)) TO {LakeFixture.Quote(path)} (FORMAT parquet)", Token);
        return path;
    }
}
