using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

/// <summary>DuckDB's own reader is the judge: what we store is what it reads.</summary>
public sealed class CsvJudgeTests
{
    private const string Shape = "text timestamp double bigint text date boolean timestamptz text";

    [Fact]
    public void Read_of_generated_files_gives_the_rows_that_DuckDB_reads()
    {
        using var folder = new TemporaryFolder();
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        DuckDbTableFunction.Register(connection);
        connection.Execute("set timezone = 'UTC'", TestContext.Current.CancellationToken);
        for (var seed = 0; seed < 50; seed++)
        {
            var bytes = new CsvGenerator(seed).Make(Shape, 100 + seed * 10, isOrderly: true);
            var path = folder.File($"{seed}.csv");
            File.WriteAllBytes(path, bytes);
            AssertSame(connection, path, CsvText.Specs(Shape), bytes.AsSpan().IndexOf("\r\n"u8) >= 0, seed);
        }
    }

    /// <summary>Every row that we store is one of DuckDB's; the others of DuckDB's are our rejects, whose numbers it rounds.</summary>
    private static void AssertSame(DuckDbConnection connection, string path, CsvColumnSpec[] specs, bool endsInCrLf, int seed)
    {
        using var source = new CsvRowSource(new FileInput(path), new CsvDialect { HasHeader = false }, specs);
        using (var lease = DuckDbTableFunction.Lend(source)) connection.Execute($"create or replace table ours as from {lease.Sql}", TestContext.Current.CancellationToken);
        connection.Execute($"create or replace table theirs as from {CsvJudgeSql.ReadCsv(path, specs, endsInCrLf)}", TestContext.Current.CancellationToken);
        Assert.True(Count(connection, "from ours except all from theirs") == 0, $"seed {seed}: rows that DuckDB does not read");
        Assert.Equal((seed, source.Rejects.Count), (seed, Count(connection, "from theirs except all from ours")));
        Assert.All(source.Rejects, reject => Assert.Equal(CsvRejectReason.NotExact, reject.Reason));
    }

    private static int Count(DuckDbConnection connection, string rows)
    {
        using var result = connection.Query($"select count(*) from ({rows})", TestContext.Current.CancellationToken);
        Assert.True(result.Read());
        return (int)result.Chunk.Column(0).Values<long>()[0];
    }
}
