using System.Text.Json.Serialization;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>The first line of a quarantine file: what a retry must know to read its rows again.</summary>
/// <param name="Source">The file that the rows came from, as the user named it.</param>
/// <param name="Columns">Its columns, folded to lower case and unique.</param>
/// <param name="FieldCount">Fields of a record: more than the columns where each record ends in a delimiter.</param>
/// <param name="Dialect">How it is spelled.</param>
internal sealed record RejectFileHead(string Source, IReadOnlyList<string> Columns, int FieldCount, CsvDialect Dialect)
{
    /// <summary>The head of a source's quarantine.</summary>
    internal static RejectFileHead Of(SourceFile file, SourcePlan plan) => new(file.Path, plan.Names, plan.Specs.Count, plan.Dialect);
}

/// <summary>How the head stands in JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RejectFileHead))]
internal sealed partial class RejectFileHeadJson : JsonSerializerContext;
