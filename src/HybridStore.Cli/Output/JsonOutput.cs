using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using HybridStore.Cli.Commands;
using HybridStore.Coverage;
using HybridStore.Derive;
using HybridStore.Hot;
using HybridStore.Ingest;
using HybridStore.Lake;

namespace HybridStore.Cli.Output;

/// <summary>Results as JSON: snake_case keys, one object on stdout.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    Converters = [typeof(LowerCaseEnum<IngestStatus>), typeof(LowerCaseEnum<DeriveStatus>), typeof(LowerCaseEnum<DayStatus>)])]
[JsonSerializable(typeof(IngestReport))]
[JsonSerializable(typeof(IReadOnlyList<IngestReport>))]
[JsonSerializable(typeof(LoadResult))]
[JsonSerializable(typeof(SyncResult))]
[JsonSerializable(typeof(IReadOnlyList<SyncResult>))]
[JsonSerializable(typeof(EvictResult))]
[JsonSerializable(typeof(PgStatus))]
[JsonSerializable(typeof(StoreStatus))]
[JsonSerializable(typeof(List<DatasetVerification>))]
[JsonSerializable(typeof(IReadOnlyList<LakeHistoryEntry>))]
[JsonSerializable(typeof(CompactReport))]
[JsonSerializable(typeof(VacuumReport))]
[JsonSerializable(typeof(IReadOnlyList<DeriveReport>))]
[JsonSerializable(typeof(CoverageReport))]
[JsonSerializable(typeof(List<QuarantinedRow>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class JsonOutput : JsonSerializerContext
{
    /// <summary>The results' types; texts are left readable, because no web page embeds them.</summary>
    internal static JsonOutput Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    internal static void Write<T>(TextWriter output, T value, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(value, type));
}

/// <summary>Enum values as their names in snake_case.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class LowerCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;
