namespace HybridStore.Query;

/// <summary>A table function in the words of the field, available in every statement.</summary>
/// <param name="Signature">How it is called, such as <c>bars(dataset, every)</c>.</param>
/// <param name="Summary">What it gives.</param>
/// <param name="Example">A statement that uses it.</param>
/// <param name="Body">Its SQL.</param>
public sealed record QueryMacro(string Signature, string Summary, string Example, string Body)
{
    /// <summary>The name alone.</summary>
    public string Name => Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<QueryMacro> All { get; } = MacrosSql.Macros();
}
