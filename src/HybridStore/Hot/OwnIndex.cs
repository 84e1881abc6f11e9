namespace HybridStore.Hot;

/// <summary>An index of the user's own SQL.</summary>
/// <param name="IsUnique">Whether it is a unique index.</param>
/// <param name="Name">Its name, with placeholders; null for one after its place.</param>
/// <param name="Rest">What comes after the table: method, columns, options; with placeholders.</param>
internal sealed record OwnIndex(bool IsUnique, string? Name, string Rest)
{
    /// <summary>Stands for a day's table.</summary>
    internal const string Leaf = "{leaf}";

    /// <summary>Stands for the dataset's table.</summary>
    internal const string Table = "{table}";
}
