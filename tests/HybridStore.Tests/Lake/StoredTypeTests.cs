using System.Text;
using System.Text.Json;
using HybridStore.Lake;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class StoredTypeTests
{
    public static TheoryData<string, string> Types => new()
    {
        { "INTEGER[]", "BIGINT[]" },
        { "DECIMAL(18,4)[][]", "DECIMAL(18,4)[][]" },
        { "STRUCT(a INTEGER, b VARCHAR)", "STRUCT(\"a\" BIGINT, \"b\" VARCHAR)" },
        { "STRUCT(\"a b\" DECIMAL(9,2), \"q\"\"), x\" STRUCT(z FLOAT[])[], \"select\" TIMESTAMP WITH TIME ZONE)[]", "STRUCT(\"a b\" DECIMAL(9,2), \"q\"\"), x\" STRUCT(\"z\" DOUBLE[])[], \"select\" TIMESTAMP WITH TIME ZONE)[]" },
        { "STRUCT(Price DOUBLE)", "STRUCT(\"Price\" DOUBLE)" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Of_reads_what_DuckDB_writes_and_ToSql_is_the_same_type_to_DuckDB(string type, string stored)
    {
        using var lake = new LakeFixture();
        Assert.Equal([type], lake.Query($"SELECT typeof(NULL::{type})"));

        var found = StoredType.Of(type)!.Value;

        Assert.Equal(stored, found.ToSql());
        var again = lake.Query($"SELECT typeof(NULL::{stored})")[0];
        Assert.Equal(found, StoredType.Exactly(again));
        Assert.Equal(type == again, StoredType.Exactly(type) is not null);
    }

    [Theory]
    [InlineData("MAP(VARCHAR, INTEGER)")]
    [InlineData("INTEGER[3]")]
    [InlineData("STRUCT(a TIME)")]
    [InlineData("UUID[]")]
    [InlineData("STRUCT(\"a\nb\" INTEGER)")]
    [InlineData("STRUCT(")]
    [InlineData("STRUCT()")]
    [InlineData("STRUCT(a")]
    [InlineData("STRUCT(\"a")]
    public void Of_what_a_dataset_cannot_hold_is_null(string type) => Assert.Null(StoredType.Of(type));

    [Theory]
    [MemberData(nameof(Types))]
    public void Parse_of_DeltaType_undoes_Write(string type, string stored)
    {
        var written = StoredType.Of(type)!.Value;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) DeltaType.Write(json, written);

        using var document = JsonDocument.Parse(stream.ToArray());
        Assert.Equal(written, DeltaType.Parse(document.RootElement));
        Assert.Equal(stored, DeltaType.Parse(document.RootElement)!.Value.ToSql());
    }

    [Fact]
    public void Write_spells_lists_and_structs_as_Delta_does()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) DeltaType.Write(json, StoredType.Of("STRUCT(a INTEGER, b TIMESTAMP[])")!.Value);

        Assert.Equal(
            """{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}},{"name":"b","type":{"type":"array","elementType":"timestamp_ntz","containsNull":true},"nullable":true,"metadata":{}}]}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }
}
