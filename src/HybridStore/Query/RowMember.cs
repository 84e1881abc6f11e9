using System.ComponentModel.DataAnnotations.Schema;
using System.Reflection;

namespace HybridStore.Query;

/// <summary>A value that a row type wants: a parameter of its constructor, or a property or field that can be set.</summary>
/// <param name="Name">The column's name: the member's own, or what its <see cref="ColumnAttribute"/> says.</param>
/// <param name="Type">The member's type.</param>
/// <param name="TakesNull">Whether an absent value has a place in it.</param>
/// <param name="Target">The property or field; null for a parameter.</param>
internal sealed record RowMember(string Name, Type Type, bool TakesNull, MemberInfo? Target)
{
    /// <summary>The members of a type that stands for a row, and the constructor that takes them when it has parameters.</summary>
    /// <param name="type">A record, class or struct.</param>
    /// <param name="constructor">Null for a struct without one.</param>
    /// <exception cref="ArgumentException">Nothing of the type can be set.</exception>
    internal static IReadOnlyList<RowMember> Of(Type type, out ConstructorInfo? constructor)
    {
        constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length);
        var nullability = new NullabilityInfoContext();
        if (constructor?.GetParameters() is { Length: > 0 } parameters)
        {
            // A record's attribute stands on the parameter, or with [property: Column] on the property of the same name.
            return [.. parameters.Select(parameter => new RowMember(
                ColumnName(parameter) ?? (type.GetProperty(parameter.Name!) is { } own ? ColumnName(own) : null) ?? parameter.Name!,
                parameter.ParameterType,
                TakesNullOf(parameter.ParameterType, nullability.Create(parameter).WriteState),
                null))];
        }

        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<NotMappedAttribute>() is null)
            .Select(property => new RowMember(ColumnName(property) ?? property.Name, property.PropertyType, TakesNullOf(property.PropertyType, nullability.Create(property).WriteState), property))
            .Concat(type.GetFields(BindingFlags.Public | BindingFlags.Instance)
                .Where(field => !field.IsInitOnly && field.GetCustomAttribute<NotMappedAttribute>() is null)
                .Select(field => new RowMember(ColumnName(field) ?? field.Name, field.FieldType, TakesNullOf(field.FieldType, nullability.Create(field).WriteState), field)))
            .ToList();
        return members.Count > 0
            ? members
            : throw new ArgumentException($"{type.Name} cannot stand for a row: expected a constructor with parameters, or properties or fields that can be set, named as columns.");
    }

    /// <summary>Whether a column is meant: BidPrice, bidPrice and bid_price are one name.</summary>
    internal bool IsNamed(string column) => Plain(column).Equals(Plain(Name), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static bool TakesNullOf(Type type, NullabilityState state) =>
        Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && state != NullabilityState.NotNull);

    private static string? ColumnName(MemberInfo member) => member.GetCustomAttribute<ColumnAttribute>()?.Name;

    private static string? ColumnName(ParameterInfo parameter) =>
        parameter.GetCustomAttributes().OfType<ColumnAttribute>().FirstOrDefault()?.Name;
}
