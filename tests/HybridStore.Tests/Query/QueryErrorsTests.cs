using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Query;
using Xunit;

namespace HybridStore.Tests.Query;

public sealed class QueryErrorsTests
{
    [Theory]
    [InlineData("Cannot open file \"/lake/a.parquet\": Too many open files", StoreErrorKind.Environment)]
    [InlineData("Cannot open file \"/lake/a.parquet\": Permission denied", StoreErrorKind.Environment)]
    [InlineData("Could not write file \"/tmp/x\": No space left on device", StoreErrorKind.Environment)]
    [InlineData("Could not read from file \"/lake/a.parquet\": Input/output error", StoreErrorKind.Environment)]
    [InlineData("Cannot open file \"/lake/a.parquet\": No such file or directory", StoreErrorKind.CorruptStore)]
    [InlineData("No files found that match the pattern \"/lake/a.parquet\"", StoreErrorKind.CorruptStore)]
    public void Translate_takes_what_the_system_refused_for_no_damage_of_the_store(string message, StoreErrorKind expected)
    {
        var json = $$"""{"exception_type":"IO","exception_message":{{System.Text.Json.JsonSerializer.Serialize(message)}}}""";
        var found = Assert.IsType<StoreException>(QueryErrors.Translate(new DuckDbException(DuckDBErrorType.Io, json), "from a", ["a"]));
        Assert.Equal(expected, found.Kind);
        Assert.Equal(expected == StoreErrorKind.CorruptStore, found.Message.Contains("hybrid verify", StringComparison.Ordinal));
        Assert.DoesNotContain("--memory", found.Message, StringComparison.Ordinal);
    }
}
