using System.Text.Json;
using System.Text.Json.Serialization;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A derivation as it stands in the table's configuration. FORMAT.md, "Metadata".</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Derivation))]
internal sealed partial class DerivationJson : JsonSerializerContext
{
    internal static string Write(Derivation derivation) => JsonSerializer.Serialize(derivation, Default.Derivation);

    /// <exception cref="StoreException">CorruptStore: it is none.</exception>
    internal static Derivation Read(string log, string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Default.Derivation) is { Source: not null } derivation ? derivation : throw new JsonException("it names no source");
        }
        catch (JsonException error)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: expected a derivation, found '{text}' ({error.Message}). Declare it anew with 'hybrid derive'.", error);
        }
    }
}
