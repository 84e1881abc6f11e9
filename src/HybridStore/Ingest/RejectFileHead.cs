using System.Text.Json.Serialization;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>The first line of a quarantine file: what a retry must know to read its rows again.</summary>
/// <param name="Source">The file that the rows came from, as the user named it.</param>
/// <param name="Columns">Its columns, folded to lower case and unique.</param>
/// <param name="Specs">How each field was read; more than the columns where each record ends in a delimiter.</param>
/// <param name="Composed">Columns that no field is by itself.</param>
/// <param name="Dialect">How it is spelled.</param>
internal sealed record RejectFileHead(string Source, IReadOnlyList<string> Columns, IReadOnlyList<CsvColumnSpec> Specs, IReadOnlyList<CsvComposedColumn> Composed, CsvDialect Dialect)
{
    /// <summary>The head of a source's quarantine.</summary>
    internal static RejectFileHead Of(string source, SourcePlan plan) => new(source, plan.Names, plan.Specs, plan.Composed, plan.Dialect);
}

/// <summary>How the head stands in JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(RejectFileHead))]
internal sealed partial class RejectFileHeadJson : JsonSerializerContext;
